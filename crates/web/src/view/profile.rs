//! The forms of a secret as people know them: by the device that insists on one.

use postern_domain::app_password::{CompatibleProfiles, Profile};

/// A form of the secret as a choice.
pub(crate) struct ProfileView {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) chosen: bool,
}

impl ProfileView {
    /// The standard form and those that are offered besides.
    pub(crate) fn choices(offered: CompatibleProfiles, chosen: Profile) -> Vec<Self> {
        let view = |profile: Profile| Self {
            name: profile.name(),
            title: profile_title(profile),
            summary: summary(profile),
            chosen: profile == chosen,
        };
        std::iter::once(Profile::Standard).chain(offered.iter()).map(view).collect()
    }
}

/// What such a secret is called.
pub(crate) const fn profile_title(profile: Profile) -> &'static str {
    match profile {
        Profile::Standard => "Standard",
        Profile::CapitalsAndDigits => "With capitals and digits",
        Profile::SixteenLetters => "16 letters, weaker",
    }
}

const fn summary(profile: Profile) -> &'static str {
    match profile {
        Profile::Standard => "24 small letters and digits. For every device that takes it.",
        Profile::CapitalsAndDigits => {
            "For a device that insists on a capital letter, a small one and a digit: P7 stands in front. It is as strong."
        }
        Profile::SixteenLetters => {
            "Only for a device whose field is shorter than 24 characters or takes letters alone. So short a secret is weaker than the others: limit it to networks, and let it expire."
        }
    }
}
