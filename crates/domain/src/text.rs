//! What every text of ours needs: a number with its noun, and the characters that nobody sees.

/// A number of things in words: `1 app password`, `8 app passwords`. `one` is a noun that takes an s.
#[must_use]
pub fn counted(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// Whether a character is a control character, or one that shows nothing or changes how its neighbours are shown: those
/// that Unicode's `DerivedCoreProperties` calls default-ignorable, the separators of lines and paragraphs, interlinear
/// annotations, the blank Braille pattern, and the two that are no characters in XML.
///
/// Two names that differ in nothing else look the same, and a name of nothing else is an empty row in every list. Joiners
/// and variation selectors are among them although some scripts and emoji use them; such a name can do without.
#[must_use]
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::{counted, is_unseen};

    #[test]
    fn one_is_no_plural() {
        let shown = [0, 1, 2].map(|number| counted(number, "app password"));
        assert_eq!(shown, ["0 app passwords", "1 app password", "2 app passwords"]);
    }

    #[test]
    fn what_shows_nothing_is_unseen_and_what_people_write_is_not() {
        let unseen = "\u{0}\n\u{7f}\u{85}\u{ad}\u{200b}\u{200d}\u{200e}\u{2028}\u{202e}\u{2060}\u{2069}\u{3164}\u{fe0f}\u{feff}\u{fffe}\u{ffff}\u{e0041}";
        assert_eq!(unseen.chars().filter(|&character| !is_unseen(character)).collect::<String>(), "");
        let seen = "Aé ß\u{a0}ø–“„…日本\u{3000}語\u{301}한글שלום\u{5b0}عربى\u{64e}हिन्दी🖨";
        assert_eq!(seen.chars().filter(|&character| is_unseen(character)).collect::<String>(), "");
    }
}
