//! A QR code as the path of an inline picture: no image request, nothing for the content security policy to allow.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code.
pub(crate) struct QrView {
    /// Modules on a side, with the quiet zone of four on each.
    pub(crate) side: usize,
    /// The dark modules as the `d` of an SVG path, one unit each.
    pub(crate) path: String,
}

impl QrView {
    /// The code of `text`; `None` when it is too long for one (about 2,300 octets).
    pub(crate) fn of(text: &str) -> Option<Self> {
        const QUIET: usize = 4;
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (place, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                path.push_str(&format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET));
            }
        }
        Some(Self { side: width + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_corner_marks_inside_the_quiet_zone() {
        let qr = QrView::of("otpauth://totp/Postern:anna@example.test?secret=ABCD").unwrap();
        assert!(qr.path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"));
        assert!(QrView::of(&"x".repeat(4000)).is_none());
    }
}
