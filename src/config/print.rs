//! The configuration in force, as TOML that can be read back.

use std::fmt::Write as _;

use super::fault::is_secret;
use super::load::Loaded;
use super::meaning::Development;

impl Loaded {
    /// Every key with its value, and as a comment where that comes from. A secret is not shown.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::from("# The configuration in force, and where each value comes from.\n");
        let mut section = "";
        for (key, entry) in &self.settings {
            let (of, name) = key.rsplit_once('.').unwrap_or(("", key));
            if of != section {
                section = of;
                // Writing to a String cannot fail.
                let _ = write!(out, "\n[{section}]\n");
            }
            let _ = if is_secret(key) {
                writeln!(out, "# {name} is a secret that is not shown  # {}", entry.source)
            } else {
                writeln!(out, "{name} = {}  # {}{}", entry.raw, entry.source, self.resolved(key))
            };
        }
        out
    }

    /// What a value comes to where the value alone does not say it.
    fn resolved(&self, key: &str) -> &'static str {
        match (key, self.config.server.development) {
            ("server.development", Development::On) => "; in force: on",
            ("server.development", Development::Off) => "; in force: off",
            _ => "",
        }
    }
}
