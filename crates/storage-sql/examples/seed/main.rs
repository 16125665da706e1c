//! Fills a new database as a university of 100,000 accounts would be after some years: for looking at pages and for
//! measuring them.
//!
//! `cargo xtask seed --database postern.db`. Nobody can sign in with what is made here: there are no passwords, and the
//! secrets are noise. Add an administrator with `postern account add --role global-administrator` afterwards.

#![expect(clippy::print_stdout, reason = "it says on the terminal how far it got")]

mod university;

use postern_storage_sql::{Location, open};

use crate::university::{Sizes, University};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let position = arguments.iter().position(|argument| argument == name)?;
        arguments.get(position + 1)
    };
    let location: Location = value("--database").ok_or("say --database FILE or --database URL")?.parse()?;
    let accounts = value("--accounts").map_or(Ok(100_000), |text| text.parse())?;
    let number = value("--number").map_or(Ok(1), |text| text.parse())?;
    let store = open(&location).await?;
    if store.snapshot().await?.account_count().await? > 0 {
        return Err("there are accounts already: seed a new database".into());
    }
    University::new(number, Sizes::usual(accounts)).fill(&*store, |done| println!("{done}")).await
}
