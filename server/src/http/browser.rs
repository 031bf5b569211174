//! Browsers in words: "Firefox on Windows", never a user-agent string.

use woothee::parser::Parser;

/// What people call this browser and its system.
pub fn in_words(user_agent: &str) -> String {
    // Longer ones are no browsers'; parsing them is a waste.
    let Some(found) = (user_agent.len() <= 1_000).then(|| Parser::new().parse(user_agent)).flatten() else {
        return if user_agent.is_empty() { "Unknown browser" } else { "Another program" }.into();
    };
    let browser = match found.name {
        "UNKNOWN" => "Unknown browser",
        name => name,
    };
    match found.os {
        "UNKNOWN" => browser.into(),
        "Mac OSX" => format!("{browser} on macOS"),
        system if system.starts_with("Windows") => format!("{browser} on Windows"),
        system => format!("{browser} on {system}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_name_it() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(in_words(firefox), "Firefox on Windows");
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(in_words(chrome), "Chrome on Linux");
        let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
        assert_eq!(in_words(safari), "Safari on macOS");
    }

    #[test]
    fn anything_else_is_never_repeated() {
        assert_eq!(in_words(""), "Unknown browser");
        assert_eq!(in_words("<script>alert(1)</script>"), "Another program");
        assert_eq!(in_words(&"x".repeat(100_000)), "Another program");
    }
}
