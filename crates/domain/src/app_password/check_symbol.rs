//! The check symbol: the last of the 24, by which a mistyped app password is told from a wrong one.

use crate::symbols::{ALPHABET, value};

/// The symbol that completes `symbols`.
///
/// With the values of the symbols weighted by their distance from the end (the check symbol itself has weight 1), the
/// sum is a multiple of 31. 31 is a prime and the weights 1 to 24 are distinct and not multiples of it, so that
/// another symbol at one place, or any two different symbols exchanged, always changes the sum.
pub(super) fn check_symbol(symbols: &str) -> char {
    let sum = weighted_sum(symbols.bytes(), 2);
    char::from(ALPHABET[(ALPHABET.len() - sum) % ALPHABET.len()])
}

/// Whether the last of `symbols` is the check symbol of the others.
pub(super) fn holds(symbols: &str) -> bool {
    weighted_sum(symbols.bytes(), 1) == 0
}

/// The sum modulo 31; the last symbol has the weight `last`. Every symbol must be one of the alphabet.
fn weighted_sum(symbols: impl DoubleEndedIterator<Item = u8>, last: usize) -> usize {
    let weighted = symbols.rev().zip(last..).map(|(symbol, weight)| {
        value(symbol).expect("only folded or drawn symbols are summed, all of the alphabet") * weight
    });
    weighted.sum::<usize>() % ALPHABET.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum is linear, so a change is caught whatever stands at the other places: it is enough to prove it for
    /// every place and every pair of symbols, on one filling of the rest.
    fn filling() -> Vec<u8> {
        let mut symbols: String = (0..23).map(|place| char::from(ALPHABET[place * 7 % 31])).collect();
        symbols.push(check_symbol(&symbols));
        assert!(holds(&symbols));
        symbols.into_bytes()
    }

    fn as_str(symbols: &[u8]) -> &str {
        std::str::from_utf8(symbols).unwrap()
    }

    #[test]
    fn every_single_substitution_is_caught() {
        let right = filling();
        let mut tried = 0;
        for place in 0..24 {
            for symbol in ALPHABET.iter().filter(|symbol| **symbol != right[place]) {
                let mut wrong = right.clone();
                wrong[place] = *symbol;
                assert!(!holds(as_str(&wrong)), "{} for {}", as_str(&wrong), as_str(&right));
                tried += 1;
            }
        }
        assert_eq!(tried, 24 * 30);
    }

    /// Adjacent places and all others, the check symbol's own included: a swap changes the sum, so it cannot lead from
    /// one right app password to another.
    #[test]
    fn every_swap_of_two_different_symbols_is_caught() {
        let sum = |symbols: &[u8]| weighted_sum(symbols.iter().copied(), 1);
        let mut tried = 0;
        let mut symbols = filling();
        for first in 0..24 {
            for second in first + 1..24 {
                for (a, b) in
                    ALPHABET.iter().enumerate().flat_map(|(n, a)| ALPHABET[..n].iter().map(move |b| (a, b)))
                {
                    (symbols[first], symbols[second]) = (*a, *b);
                    let before = sum(&symbols);
                    symbols.swap(first, second);
                    assert_ne!(sum(&symbols), before, "{first} {second} {a} {b}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 276 * 31 * 30 / 2);
    }
}
