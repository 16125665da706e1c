//! The manual page.

use std::io;

use clap::CommandFactory;

use crate::cli::Cli;

/// `postern(1)` in roff, with every command.
pub(super) fn page() -> Result<String, io::Error> {
    let mut root = Cli::command().term_width(100);
    root.build();
    let mut page = Vec::new();
    let manual = clap_mangen::Man::new(root.clone());
    manual.render(&mut page)?;
    commands(&root, &mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A part for each command below `command`.
fn commands(command: &clap::Command, page: &mut Vec<u8>) -> Result<(), io::Error> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help")
    {
        let manual = clap_mangen::Man::new(inner.clone());
        let name = inner.get_bin_name().unwrap_or_default().to_uppercase();
        page.extend_from_slice(format!(".SH \"{name}\"\n").as_bytes());
        let mut part = Vec::new();
        manual.render_description_section(&mut part)?;
        manual.render_synopsis_section(&mut part)?;
        manual.render_options_section(&mut part)?;
        // The parts of one command are sections of the page below its own.
        page.extend_from_slice(String::from_utf8_lossy(&part).replace(".SH ", ".SS ").as_bytes());
        commands(inner, page)?;
    }
    Ok(())
}
