/// Turns a name into a part of an address: lower-case letters and digits, joined by single hyphens.
pub(in crate::sandbox) fn slugify(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() {
        return "x".to_owned();
    }
    words.join("-")
}
