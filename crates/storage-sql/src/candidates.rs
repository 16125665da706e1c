//! The hot path: which app passwords may be the one presented.

use std::sync::LazyLock;

use postern_storage::{Candidate, Result, SecretLookup};

use crate::aggregate::accounts::read_account;
use crate::aggregate::app_passwords::read_app_password;
use crate::aggregate::secrets::read_secret;
use crate::convert::Columns;
use crate::driver::{Driver, Value};

/// Most locators in one lookup: key versions in use, twice (strong and short form).
const MOST_LOCATORS: usize = 8;

/// The statement for one locator, for two, and so on: secret, app password and account by their primary keys.
static STATEMENTS: LazyLock<[String; MOST_LOCATORS]> = LazyLock::new(|| {
    std::array::from_fn(|more| {
        let places: Vec<String> = (1..=more + 1).map(|number| format!("${number}")).collect();
        format!("select * from candidate where locator in ({})", places.join(", "))
    })
});

/// Finds them, with all that the rules need. One statement for each eight locators, which is one.
pub(crate) async fn find(driver: &dyn Driver, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for locators in lookup.locators.chunks(MOST_LOCATORS) {
        let mut parameters = [Value::Null; MOST_LOCATORS];
        for (parameter, locator) in parameters.iter_mut().zip(locators) {
            *parameter = locator.into();
        }
        let count = locators.len();
        let mut sink = |row: &dyn crate::driver::Row| {
            candidates.push(read(&mut Columns::of(row), lookup)?);
            Ok(())
        };
        let sql = STATEMENTS[count - 1].as_str();
        tracing::trace!(sql, "a statement");
        driver.read(sql, &parameters[..count], &mut sink).await?;
    }
    Ok(candidates)
}

fn read(columns: &mut Columns<'_>, lookup: &SecretLookup<'_>) -> Result<Candidate> {
    let secret = read_secret(columns)?;
    let app_password = read_app_password(columns)?;
    let account = read_account(columns)?;
    let name_matches = account.addresses().any(|address| address == lookup.name);
    let secret = secret.into_stored(app_password.overlap_until);
    Ok(Candidate { secret, app_password, account, name_matches })
}
