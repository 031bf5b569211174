//! A page as the server sends it, seen by roles and names, as somebody meets it who has no JavaScript yet. What is
//! closed (a menu, a dialog) is left out until it is asked for by [`Page::closed`].

use std::fmt::Write as _;

use scraper::{ElementRef, Html, Node, Selector};

use crate::client::{Answer, Client};

pub struct Page {
    pub status: u16,
    html: Html,
}

/// One element of a page, with what is in it.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    page: &'a Html,
    element: ElementRef<'a>,
}

impl Client {
    /// Asks for a page, and reads it.
    pub async fn open(&self, path: &str) -> Page {
        let answer = self.get(path).await;
        assert!(answer.status < 300 || answer.status >= 400, "{path} leads to {}", answer.place());
        Page::of(&answer)
    }
}

impl Page {
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("text/html"), "no page, but {kind:?}: {}", answer.text());
        Self { status: answer.status, html: Html::parse_document(&answer.text()) }
    }

    /// The same, after making sure of its status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.outline());
        self
    }

    pub fn title(&self) -> String {
        self.select("title").next().map(Part::text).unwrap_or_default()
    }

    pub fn body(&self) -> Part<'_> {
        self.select("body").next().expect("a page has a body")
    }

    /// What is neither the frame around the page nor its navigation.
    #[track_caller]
    pub fn main(&self) -> Part<'_> {
        self.body().only("main")
    }

    /// The one element of this role and name, as [`Part::part`].
    #[track_caller]
    pub fn part(&self, role: &str, name: &str) -> Part<'_> {
        self.body().part(role, name)
    }

    pub fn has(&self, role: &str, name: &str) -> bool {
        self.body().has(role, name)
    }

    pub fn shows(&self, text: &str) -> bool {
        self.body().shows(text)
    }

    /// A menu, a dialog or another thing that opens only when somebody asks for it, as if it were open.
    #[track_caller]
    pub fn closed(&self, role: &str, name: &str) -> Part<'_> {
        let found: Vec<_> = self.select("*").filter(|part| part.role() == role && part.name() == name).collect();
        let [part] = found[..] else { panic!("{} of role {role} are named {name:?}", found.len()) };
        part
    }

    /// By a CSS selector, be it shown or not; for what has no role.
    pub fn select(&self, css: &str) -> std::vec::IntoIter<Part<'_>> {
        let selector = Selector::parse(css).expect("a selector");
        self.html.select(&selector).map(|element| Part { page: &self.html, element }).collect::<Vec<_>>().into_iter()
    }

    /// All that is shown, to be read: a line for each element that means something, with its name and state.
    pub fn outline(&self) -> String {
        self.body().outline()
    }

    /// The same of what is neither frame nor navigation, without what differs from one run to the next.
    #[track_caller]
    pub fn reviewed(&self) -> String {
        let mut words = self.main().outline();
        let is_id = |word: &str| uuid::Uuid::try_parse(word).is_ok();
        let ids: Vec<_> = words
            .split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-')
            .filter(|word| is_id(word))
            .map(str::to_owned)
            .collect();
        for id in ids {
            words = words.replace(&id, "ID");
        }
        let ports = words
            .split("localhost:")
            .skip(1)
            .map(|after| after.chars().take_while(char::is_ascii_digit).collect::<String>());
        for port in ports.collect::<Vec<_>>() {
            words = words.replace(&format!("localhost:{port}"), "localhost:PORT");
        }
        words
    }
}

/// Elements that stand on lines of their own, so that words on both sides are apart.
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "br", "caption", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];

/// Roles whose name is the text in them.
const NAMED_BY_TEXT: &[&str] = &[
    "button",
    "cell",
    "columnheader",
    "heading",
    "link",
    "menuitem",
    "menuitemradio",
    "menuitemcheckbox",
    "option",
    "row",
    "rowheader",
    "tab",
    "summary",
    "listitem",
    "term",
    "paragraph",
];

/// Those of them whose name stands for all that is in them.
const WHOLE: &[&str] = &[
    "button",
    "columnheader",
    "heading",
    "link",
    "menuitem",
    "menuitemradio",
    "menuitemcheckbox",
    "option",
    "summary",
    "tab",
];

impl<'a> Part<'a> {
    fn of(self, element: ElementRef<'a>) -> Self {
        Self { page: self.page, element }
    }

    pub fn tag(self) -> &'a str {
        self.element.value().name()
    }

    pub fn attr(self, name: &str) -> Option<&'a str> {
        self.element.value().attr(name)
    }

    /// As ARIA calls it; empty for what is only there for the layout.
    pub fn role(self) -> &'a str {
        if let Some(role) = self.attr("role") {
            return role;
        }
        match self.tag() {
            "a" if self.attr("href").is_some() => "link",
            "button" => "button",
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "heading",
            "nav" => "navigation",
            "main" => "main",
            "aside" => "complementary",
            "dialog" => "dialog",
            "table" => "table",
            "tr" => "row",
            "th" if self.attr("scope") == Some("row") => "rowheader",
            "th" => "columnheader",
            "td" => "cell",
            "ul" | "ol" => "list",
            "li" => "listitem",
            "dt" => "term",
            "dd" => "definition",
            "fieldset" => "group",
            "summary" => "summary",
            "form" if self.labelled() => "form",
            "section" if self.labelled() => "region",
            "img" => "img",
            "progress" => "progressbar",
            "output" => "status",
            "select" => "combobox",
            "option" => "option",
            "textarea" => "textbox",
            "p" => "paragraph",
            "input" => match self.attr("type").unwrap_or("text") {
                "checkbox" => "checkbox",
                "radio" => "radio",
                "search" => "searchbox",
                "number" => "spinbutton",
                "submit" | "button" | "reset" => "button",
                "hidden" => "",
                _ => "textbox",
            },
            _ => "",
        }
    }

    fn labelled(self) -> bool {
        self.attr("aria-label").is_some() || self.attr("aria-labelledby").is_some()
    }

    /// What a screen reader calls it: a part of the rules for accessible names that is enough for our pages.
    pub fn name(self) -> String {
        if let Some(ids) = self.attr("aria-labelledby") {
            return self.texts_of(ids);
        }
        if let Some(label) = self.attr("aria-label") {
            return label.trim().into();
        }
        match self.tag() {
            "input" | "select" | "textarea" => self.label(),
            "fieldset" => self.first_text("legend"),
            "table" => self.first_text("caption"),
            "img" => self.attr("alt").unwrap_or_default().into(),
            _ if NAMED_BY_TEXT.contains(&self.role()) => {
                let text = self.text();
                if text.is_empty() { self.attr("title").unwrap_or_default().into() } else { text }
            }
            _ => self.attr("title").unwrap_or_default().into(),
        }
    }

    fn label(self) -> String {
        let of_id = self.attr("id").and_then(|id| {
            self.everywhere().find(|other| other.tag() == "label" && other.attr("for") == Some(id)).map(Part::text)
        });
        let around = || self.ancestors().find(|other| other.tag() == "label").map(Part::text);
        let said = || self.attr("title").or(self.attr("placeholder")).map(str::to_owned);
        of_id.or_else(around).or_else(said).unwrap_or_default()
    }

    fn first_text(self, tag: &str) -> String {
        self.descendants().find(|part| part.tag() == tag).map(Part::text).unwrap_or_default()
    }

    /// The texts of the elements with these ids.
    fn texts_of(self, ids: &str) -> String {
        let text = |id| self.everywhere().find(|part| part.attr("id") == Some(id)).map(|part| part.words(true));
        ids.split_whitespace().filter_map(text).collect::<Vec<_>>().join(" ")
    }

    /// Help, error or reason that goes with it.
    pub fn description(self) -> String {
        let told = self.attr("aria-describedby").map(|ids| self.texts_of(ids));
        told.or(self.attr("aria-description").map(str::to_owned)).unwrap_or_default()
    }

    /// Its words, those of what is hidden in it left out.
    pub fn text(self) -> String {
        self.words(false)
    }

    fn words(self, hidden_too: bool) -> String {
        let mut text = String::new();
        collect(self.element, hidden_too, &mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn shows(self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// What a field holds: of a list what is chosen, of a box nothing (see [`Self::is_checked`]).
    pub fn value(self) -> String {
        match self.tag() {
            "textarea" => self.element.text().collect(),
            "select" => {
                let options: Vec<_> = self.descendants().filter(|part| part.tag() == "option").collect();
                let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
                chosen.map(|option| option.text()).unwrap_or_default()
            }
            _ => self.attr("value").unwrap_or_default().into(),
        }
    }

    pub fn is_checked(self) -> bool {
        self.attr("checked").is_some() || self.attr("aria-checked") == Some("true")
    }

    pub fn is_disabled(self) -> bool {
        self.attr("disabled").is_some() || self.attr("aria-disabled") == Some("true")
    }

    pub fn href(self) -> &'a str {
        self.attr("href").unwrap_or_default()
    }

    fn ancestors(self) -> impl Iterator<Item = Part<'a>> {
        self.element.ancestors().filter_map(ElementRef::wrap).map(move |element| self.of(element))
    }

    fn everywhere(self) -> impl Iterator<Item = Part<'a>> {
        self.page.root_element().descendants().filter_map(ElementRef::wrap).map(move |element| self.of(element))
    }

    /// Every element in it, in the order of the page, be it shown or not.
    fn descendants(self) -> impl Iterator<Item = Part<'a>> {
        self.element.descendants().skip(1).filter_map(ElementRef::wrap).map(move |element| self.of(element))
    }

    /// Every element in it that is shown where it itself is shown.
    fn shown(self) -> Vec<Part<'a>> {
        let mut found = vec![];
        let mut open: Vec<_> = self.children().collect();
        open.reverse();
        while let Some(part) = open.pop() {
            if is_hidden(part.element) {
                continue;
            }
            found.push(part);
            let at = open.len();
            open.extend(part.children());
            open[at..].reverse();
        }
        found
    }

    fn children(self) -> impl Iterator<Item = Part<'a>> {
        self.element.children().filter_map(ElementRef::wrap).map(move |element| self.of(element))
    }

    /// What is shown in it with this role, in the order of the page.
    pub fn parts(self, role: &str) -> Vec<Part<'a>> {
        self.shown().into_iter().filter(|part| part.role() == role).collect()
    }

    /// The one that is shown with this role.
    #[track_caller]
    pub fn only(self, role: &str) -> Part<'a> {
        let found = self.parts(role);
        let [part] = found[..] else { panic!("{} of role {role} in\n{}", found.len(), self.outline()) };
        part
    }

    /// The one that is shown with this role and name.
    #[track_caller]
    pub fn part(self, role: &str, name: &str) -> Part<'a> {
        let found = self.named(role, name);
        let [part] = found[..] else {
            panic!("{} of role {role} are named {name:?} in\n{}", found.len(), self.outline())
        };
        part
    }

    pub fn has(self, role: &str, name: &str) -> bool {
        !self.named(role, name).is_empty()
    }

    fn named(self, role: &str, name: &str) -> Vec<Part<'a>> {
        self.parts(role).into_iter().filter(|part| part.name() == name).collect()
    }

    /// The one row with these words in it, header cells included.
    #[track_caller]
    pub fn row(self, words: &str) -> Part<'a> {
        let found: Vec<_> = self.parts("row").into_iter().filter(|row| row.shows(words)).collect();
        let [row] = found[..] else { panic!("{} rows with {words:?} in\n{}", found.len(), self.outline()) };
        row
    }

    /// The cell of this row under the head with this text.
    #[track_caller]
    pub fn cell(self, head: &str) -> Part<'a> {
        let table = self.ancestors().find(|part| part.tag() == "table").expect("a row is in a table");
        let heads = table.parts("columnheader");
        let at = heads.iter().position(|cell| cell.text() == head);
        let Some(at) = at else { panic!("no head {head:?} in\n{}", table.outline()) };
        self.children().filter(|part| matches!(part.tag(), "td" | "th")).nth(at).expect("a cell for each head")
    }

    /// As [`Page::outline`].
    pub fn outline(self) -> String {
        self.lines().join("\n")
    }

    /// Its own line, with the lines of what is in it further in. An element without a role is nothing but its content.
    fn lines(self) -> Vec<String> {
        let mut inner = self.inner_lines();
        let role = self.role();
        if matches!(role, "" | "none" | "presentation") {
            return inner;
        }
        let mut line = role.to_owned();
        let name = if WHOLE.contains(&role) || !NAMED_BY_TEXT.contains(&role) { self.name() } else { String::new() };
        if !name.is_empty() {
            let _ = write!(line, " {name:?}");
        }
        self.write_state(&mut line);
        if WHOLE.contains(&role) {
            // All of its words are its name.
            inner.clear();
        }
        if let [text] = &inner[..]
            && let Some(text) = text.strip_prefix("text ")
        {
            let _ = write!(line, ": {text}");
            return vec![line];
        }
        std::iter::once(line).chain(inner.into_iter().map(|line| format!("  {line}"))).collect()
    }

    fn inner_lines(self) -> Vec<String> {
        if matches!(self.tag(), "select" | "textarea") {
            return vec![];
        }
        let (mut lines, mut text) = (vec![], String::new());
        let flush = |text: &mut String, lines: &mut Vec<String>| {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            text.clear();
            if !words.is_empty() {
                lines.push(format!("text {words:?}"));
            }
        };
        for child in self.element.children() {
            if let Node::Text(own) = child.value() {
                text.push_str(own);
            }
            let Some(child) = ElementRef::wrap(child).filter(|child| !is_hidden(*child)) else { continue };
            let child = self.of(child);
            let inner = child.lines();
            match &inner[..] {
                // Words within words.
                [only] if only.starts_with("text ") && !BLOCKS.contains(&child.tag()) => text.push_str(&child.text()),
                _ => {
                    flush(&mut text, &mut lines);
                    lines.extend(inner);
                }
            }
        }
        flush(&mut text, &mut lines);
        lines
    }

    fn write_state(self, out: &mut String) {
        if self.role() == "heading" {
            let level = self.attr("aria-level").unwrap_or(self.tag().trim_start_matches('h'));
            let _ = write!(out, " level {level}");
        }
        if matches!(self.role(), "textbox" | "searchbox" | "spinbutton" | "combobox") {
            let _ = write!(out, " = {:?}", self.value());
        }
        if self.role() == "link" {
            let _ = write!(out, " -> {}", self.href());
        }
        for (attribute, word) in [("aria-current", "current"), ("aria-sort", "sorted"), ("aria-invalid", "invalid")] {
            if let Some(value) = self.attr(attribute) {
                let _ = write!(out, " {word}={value}");
            }
        }
        if self.is_checked() {
            out.push_str(" checked");
        }
        if self.is_disabled() {
            out.push_str(" disabled");
        }
        let description = self.description();
        if !description.is_empty() {
            let _ = write!(out, " ({description})");
        }
    }
}

/// Whether it, and with it all that is in it, is not shown before somebody does something.
fn is_hidden(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let closed = match value.name() {
        "template" | "script" | "style" | "noscript" => true,
        "dialog" => value.attr("open").is_none(),
        _ => false,
    };
    let has = |name: &str| value.attr(name).is_some();
    closed || has("hidden") || has("popover") || value.attr("aria-hidden") == Some("true")
}

fn collect(element: ElementRef<'_>, hidden_too: bool, out: &mut String) {
    for child in element.children() {
        match child.value() {
            Node::Text(text) => out.push_str(text),
            Node::Element(value) => {
                let Some(child) = ElementRef::wrap(child) else { continue };
                if !hidden_too && is_hidden(child) {
                    continue;
                }
                let block = BLOCKS.contains(&value.name());
                if block {
                    out.push(' ');
                }
                collect(child, hidden_too, out);
                if block {
                    out.push(' ');
                }
            }
            _ => (),
        }
    }
}
