//! The admin pages: all of the table, each with what its search form, its links and its next pages can ask for.

use postern_domain::setting::SettingKey;

use crate::Outcome;
use crate::addresses::{Addresses, address};
use crate::asking::Asking;
use crate::found::Found;
use crate::markup::{self, Field};
use crate::table::Table;

/// So many pages are turned before a deep one is measured.
const DEEP: usize = 10;
/// Addresses of one kind: with the same names in their queries.
const MOST_OF_A_KIND: usize = 40;
/// The same of those with two conditions.
const MOST_PAIRS: usize = 8;

/// A page of the table.
pub(crate) struct Page {
    pub(crate) pattern: &'static str,
    /// Addresses of it.
    addresses: Vec<String>,
}

/// Every admin page that can be read.
pub(crate) fn all(found: &Found) -> Outcome<Vec<Page>> {
    let patterns = postern_web::admin_addresses();
    patterns.into_iter().map(|pattern| Ok(Page { pattern, addresses: filled(pattern, found)? })).collect()
}

/// The addresses of a pattern. One that is not known here is a mistake: nothing is left out.
fn filled(pattern: &'static str, found: &Found) -> Outcome<Vec<String>> {
    if let Some((before, after)) = pattern.split_once("{id}/outside-identities/{link}") {
        let ((account, _), link) = (&found.accounts[0], found.identity);
        return Ok(vec![format!("{before}{account}/outside-identities/{link}{after}")]);
    }
    if let Some((before, after)) = pattern.split_once("{id}/methods/{method}") {
        let (account, method) = found.method;
        return Ok(vec![format!("{before}{account}/methods/{method}{after}")]);
    }
    let values: Vec<String> = match pattern.split_once('{').map(|(before, _)| before) {
        None => return Ok(vec![pattern.to_owned()]),
        Some("/admin/accounts/") => found.accounts.iter().map(|(id, _)| id.to_string()).collect(),
        Some("/admin/changes/") => vec![found.change.to_string()],
        Some("/admin/audit/") => vec![found.record.to_string()],
        Some("/admin/service-principals/") => vec![found.principal.to_string()],
        Some("/admin/settings/") => vec![SettingKey::DoorsOff.name().to_owned()],
        Some(_) => return Err(format!("the benchmark has nothing to put into {pattern}").into()),
    };
    let (before, rest) = pattern.split_once('{').unwrap_or((pattern, ""));
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    Ok(values.into_iter().map(|value| format!("{before}{value}{after}")).collect())
}

/// What is typed into a field of a search form.
fn typed(field: &Field, found: &Found) -> Outcome<Vec<String>> {
    let (_, account) = &found.accounts[0];
    let values: &[&str] = match field.name.as_str() {
        "find" => &["silva9", "nobody-has-this", account],
        "group" => &["physics", "team-7", "nobody"],
        "owner" | "account" => &[account, &found.accounts[1].1],
        "actor" => &[account, "operator root", "system"],
        "name" => &["scanner", "thunderbird number 77", "nothing-begins-so"],
        // It leads to the page of the refusal, which is no list.
        "reference" => &[],
        "from" | "to" => &found.days,
        "text" => &["number 4711", "nothing-has-this"],
        name => return Err(format!("the benchmark has nothing to type into the field {name}").into()),
    };
    Ok(values.iter().map(|&value| value.to_owned()).collect())
}

/// What a page can be asked for with one condition more.
async fn further(asking: &Asking, found: &Found, from: &str, into: &mut Addresses) -> Outcome<()> {
    let path = from.split('?').next().unwrap_or_default();
    let page = asking.read(from).await?.body;
    for form in markup::forms(&page).into_iter().filter(|form| form.action == path) {
        for changed in form.fields.iter().filter(|field| !field.is_hidden) {
            let values = match &changed.choices {
                Some(choices) => choices.clone(),
                None => typed(changed, found)?,
            };
            for value in &values {
                let pairs = form.fields.iter().map(|field| {
                    let value = if field.name == changed.name { value } else { &field.value };
                    (field.name.as_str(), value.as_str())
                });
                into.add(address(path, pairs));
            }
        }
    }
    let prefix = format!("{path}?");
    markup::links(&page).into_iter().filter(|link| link.starts_with(&prefix)).for_each(|link| into.add(link));
    Ok(())
}

/// The page that is reached by turning pages, when there are so many.
async fn deep(asking: &Asking, from: &str) -> Outcome<Option<String>> {
    let mut at = None;
    for _ in 0..DEEP {
        let page = asking.read(at.as_deref().unwrap_or(from)).await?.body;
        let Some(next) = markup::next(&page) else { break };
        at = Some(next);
    }
    Ok(at)
}

/// Measures a page with all of its addresses.
pub(crate) async fn measure(
    asking: &Asking,
    found: &Found,
    page: Page,
    rounds: usize,
    table: &mut Table,
) -> Outcome<()> {
    let mut single = Addresses::new(MOST_OF_A_KIND);
    page.addresses.into_iter().for_each(|address| single.add(address));
    // A file has no form, and is asked for as it is linked: whole.
    let is_page = !page.pattern.contains('.') && !page.pattern.ends_with("/export");
    let begun = single.all.clone();
    for address in begun.iter().filter(|_| is_page) {
        further(asking, found, address, &mut single).await?;
    }
    let mut pairs = Addresses::new(MOST_PAIRS);
    for address in single.all.iter().filter(|address| is_page && address.contains('?')) {
        further(asking, found, address, &mut pairs).await?;
    }
    pairs.all.retain(|address| !single.all.contains(address));
    let mut turned = Vec::new();
    for address in single.all.iter().filter(|_| is_page) {
        turned.extend(deep(asking, address).await?);
    }
    for address in single.all.iter().chain(&turned) {
        table.add(page.pattern, address, asking.measure(address, rounds).await?);
    }
    for address in &pairs.all {
        table.add(page.pattern, address, asking.measure(address, rounds.div_ceil(5)).await?);
    }
    Ok(())
}
