//! Characters that nobody sees: which they are, and the few places where a script needs one.
//! Short ranges instead of Unicode's tables, since this goes to the browser too; a test in
//! `services` holds them against the tables.

/// Marks that one letter can bear. Eight stand on one another in Tibetan; more is for show.
pub(super) const MARKS_MOST: usize = 8;

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Code points that are shown as nothing, whatever the font: Unicode's
/// `Default_Ignorable_Code_Point`, and letters and signs that are blank.
pub fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        // Blank by design: Braille without dots, a note head and a filler without shape.
        | '\u{2800}' | '\u{1d159}' | '\u{16fe4}')
        || u32::from(c) & 0xfffe == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Without what comes along at the edges of a text that was pasted, and is no part of it: blanks,
/// marks of direction, joiners that join nothing, byte order marks.
pub fn trimmed(text: &str) -> &str {
    let mut rest = text.trim_start_matches(is_edge);
    while let Some(last) = rest.chars().next_back().filter(|c| is_edge(*c)) {
        let less = &rest[..rest.len() - last.len_utf8()];
        // Some letters of Malayalam end in what would join them to a next one.
        if last == ZERO_WIDTH_JOINER && less.chars().next_back().is_some_and(is_virama) {
            break;
        }
        rest = less;
    }
    rest
}

fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// Whether a script needs the unseen character `c` between what stands `before` and `after`,
/// or it chooses how the character before it looks (RFC 5892, appendix A; UTS 51, section 2).
pub(super) fn is_needed(c: char, before: Option<char>, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER => {
            let follows = |is: fn(char) -> bool| is(before) && after.is_some_and(is);
            let emoji = c == ZERO_WIDTH_JOINER
                && (is_pictograph(before) || matches!(before, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'))
                && after.is_some_and(is_pictograph);
            is_virama(before) || follows(is_brahmic) || follows(is_cursive) || emoji
        }
        '\u{fe0e}' | '\u{fe0f}' => is_pictograph(before) || matches!(before, '0'..='9' | '#' | '*'),
        '\u{fe00}'..='\u{fe0d}' => is_ideograph(before) || is_brahmic(before),
        '\u{e0100}'..='\u{e01ef}' => is_ideograph(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => is_mongolian(before),
        '\u{180e}' => is_mongolian(before) && after.is_some_and(is_mongolian),
        _ => false,
    }
}

/// Scripts whose letters hang together.
fn is_cursive(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{7ff}' | '\u{840}'..='\u{86f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdcf}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10d00}'..='\u{10d3f}' | '\u{1e900}'..='\u{1e95f}')
        || is_mongolian(c)
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1807}' | '\u{1820}'..='\u{18aa}')
}

/// Scripts that come from Brahmi, whose letters merge.
fn is_brahmic(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1700}'..='\u{17b3}' | '\u{17b6}'..='\u{17ff}'
        | '\u{1900}'..='\u{1aad}' | '\u{1b00}'..='\u{1c4f}' | '\u{a800}'..='\u{a82f}' | '\u{a880}'..='\u{a9df}'
        | '\u{aa00}'..='\u{aadf}' | '\u{abc0}'..='\u{abff}' | '\u{11000}'..='\u{11fff}')
}

/// Signs that take a letter's vowel away (canonical combining class 9), in scripts of today.
fn is_virama(c: char) -> bool {
    let c = u32::from(c);
    // The nine blocks from Devanagari to Malayalam are laid out alike.
    matches!(c, 0x94d..=0xd4d) && c & 0x7f == 0x4d
        || matches!(
            c,
            0xd3b
                | 0xd3c
                | 0xdca
                | 0xe3a
                | 0xeba
                | 0xf84
                | 0x1039
                | 0x103a
                | 0x1714
                | 0x1734
                | 0x17d2
                | 0x1a60
                | 0x1b44
                | 0x1baa
                | 0x1bab
                | 0x1bf2
                | 0x1bf3
                | 0xa806
                | 0xa8c4
                | 0xa953
                | 0xa9c0
                | 0xaaf6
                | 0xabed
                | 0x11046
                | 0x110b9
                | 0x11133
                | 0x11134
                | 0x111c0
                | 0x1134d
                | 0x11442
                | 0x114c2
                | 0x1163f
                | 0x116b6
        )
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether it stands on, under or around the letter before it, or changes its vowel.
pub fn is_mark(c: char) -> bool {
    let c = u32::from(c);
    let next = MARKS.partition_point(|(first, _)| *first <= c);
    next.checked_sub(1).is_some_and(|at| c <= MARKS[at].1)
}

/// The marks of scripts that are written today. A gap without letters or digits ends no range.
#[rustfmt::skip]
const MARKS: [(u32, u32); 154] = [
    (0x300, 0x36f), (0x483, 0x489), (0x591, 0x5c9), (0x610, 0x61a), (0x64b, 0x65f), (0x670, 0x670), (0x6d6, 0x6e4),
    (0x6e7, 0x6ed), (0x711, 0x711), (0x730, 0x74a), (0x7a6, 0x7b0), (0x7eb, 0x7f3), (0x7fd, 0x7fd), (0x816, 0x819),
    (0x81b, 0x823), (0x825, 0x827), (0x829, 0x82d), (0x859, 0x85b), (0x897, 0x89f), (0x8ca, 0x903), (0x93a, 0x93c),
    (0x93e, 0x94f), (0x951, 0x957), (0x962, 0x963), (0x981, 0x983), (0x9bc, 0x9bc), (0x9be, 0x9cd), (0x9d7, 0x9d7),
    (0x9e2, 0x9e3), (0x9fe, 0xa03), (0xa3c, 0xa51), (0xa70, 0xa71), (0xa75, 0xa75), (0xa81, 0xa83), (0xabc, 0xabc),
    (0xabe, 0xacd), (0xae2, 0xae3), (0xafa, 0xb03), (0xb3c, 0xb3c), (0xb3e, 0xb4d), (0xb53, 0xb57), (0xb62, 0xb63),
    (0xb82, 0xb82), (0xbbe, 0xbcd), (0xbd7, 0xbd7), (0xc00, 0xc04), (0xc3c, 0xc3c), (0xc3e, 0xc4d), (0xc55, 0xc56),
    (0xc62, 0xc63), (0xc81, 0xc83), (0xcbc, 0xcbc), (0xcbe, 0xccd), (0xcd5, 0xcd6), (0xce2, 0xce3), (0xcf3, 0xcf3), (0xd00, 0xd03),
    (0xd3b, 0xd3c), (0xd3e, 0xd4d), (0xd57, 0xd57), (0xd62, 0xd63), (0xd81, 0xd83), (0xdca, 0xddf), (0xdf2, 0xdf3),
    (0xe31, 0xe31), (0xe34, 0xe3a), (0xe47, 0xe4e), (0xeb1, 0xeb1), (0xeb4, 0xebc), (0xec8, 0xece), (0xf18, 0xf19),
    (0xf35, 0xf3f), (0xf71, 0xf87), (0xf8d, 0xfbc), (0xfc6, 0xfc6), (0x102b, 0x103e), (0x1056, 0x1059),
    (0x105e, 0x1060), (0x1062, 0x1064), (0x1067, 0x106d), (0x1071, 0x1074), (0x1082, 0x108d), (0x108f, 0x108f),
    (0x109a, 0x109d), (0x135d, 0x135f), (0x1712, 0x1715), (0x1732, 0x1734), (0x1752, 0x1753), (0x1772, 0x1773),
    (0x17b4, 0x17d3), (0x17dd, 0x17dd), (0x180b, 0x180f), (0x1885, 0x1886), (0x18a9, 0x18a9), (0x1920, 0x193b),
    (0x1a17, 0x1a1b), (0x1a55, 0x1a7f), (0x1ab0, 0x1af0), (0x1b00, 0x1b04), (0x1b34, 0x1b44), (0x1b6b, 0x1b73),
    (0x1b80, 0x1b82), (0x1ba1, 0x1bad), (0x1be6, 0x1bf3), (0x1c24, 0x1c37), (0x1cd0, 0x1ce8), (0x1ced, 0x1ced),
    (0x1cf4, 0x1cf4), (0x1cf7, 0x1cf9), (0x1dc0, 0x1dff), (0x20d0, 0x20f0), (0x2cef, 0x2cf1), (0x2d7f, 0x2d7f),
    (0x2de0, 0x2dff), (0x302a, 0x302f), (0x3099, 0x309a), (0xa66f, 0xa67d), (0xa69e, 0xa69f), (0xa6f0, 0xa6f1),
    (0xa802, 0xa802), (0xa806, 0xa806), (0xa80b, 0xa80b), (0xa823, 0xa82c), (0xa880, 0xa881), (0xa8b4, 0xa8c5),
    (0xa8e0, 0xa8f1), (0xa8ff, 0xa8ff), (0xa926, 0xa92d), (0xa947, 0xa953), (0xa980, 0xa983), (0xa9b3, 0xa9c0),
    (0xa9e5, 0xa9e5), (0xaa29, 0xaa36), (0xaa43, 0xaa43), (0xaa4c, 0xaa4d), (0xaa7b, 0xaa7d), (0xaab0, 0xaab0),
    (0xaab2, 0xaab4), (0xaab7, 0xaab8), (0xaabe, 0xaabf), (0xaac1, 0xaac1), (0xaaeb, 0xaaef), (0xaaf5, 0xaaf6),
    (0xabe3, 0xabed), (0xfb1e, 0xfb1e), (0xfe20, 0xfe2f), (0x11100, 0x11102), (0x11127, 0x11134), (0x11145, 0x11146),
    (0x1d165, 0x1d172), (0x1d17b, 0x1d18b), (0x1d1aa, 0x1d1ad), (0x1e000, 0x1e02a), (0x1e944, 0x1e94a),
];
