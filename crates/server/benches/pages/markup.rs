//! What a page offers to ask next: its search forms and its links. The pages are our own, so that this reads no more of
//! HTML than they use.

/// A form that is sent as the query of an address.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
}

/// A field of it.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// What it has now.
    pub(crate) value: String,
    /// What can be chosen in it; none: it is typed.
    pub(crate) choices: Option<Vec<String>>,
    pub(crate) is_hidden: bool,
}

/// The search forms of a page.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let tags = page.split("<form").skip(1).filter_map(|rest| rest.split_once("</form>"));
    let tags = tags.filter_map(|(form, _)| form.split_once('>'));
    let searches = tags.filter(|(tag, _)| attribute(tag, "method").as_deref() == Some("get"));
    searches
        .map(|(tag, inside)| Form {
            action: attribute(tag, "action").unwrap_or_default(),
            fields: fields(inside),
        })
        .collect()
}

fn fields(form: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    for rest in form.split('<').skip(1) {
        let Some((tag, text)) = rest.split_once('>') else { continue };
        let value = attribute(tag, "value");
        if tag.starts_with("input ") {
            let (name, value) = (attribute(tag, "name").unwrap_or_default(), value.unwrap_or_default());
            let is_hidden = attribute(tag, "type").as_deref() == Some("hidden");
            fields.push(Field { name, value, choices: None, is_hidden });
        } else if tag.starts_with("select ") {
            let name = attribute(tag, "name").unwrap_or_default();
            fields.push(Field { name, value: String::new(), choices: Some(Vec::new()), is_hidden: false });
        } else if tag == "option" || tag.starts_with("option ") {
            let value = value.unwrap_or_else(|| unescaped(text));
            if let Some(Field { value: chosen, choices: Some(choices), .. }) = fields.last_mut() {
                if tag.ends_with(" selected") {
                    chosen.clone_from(&value);
                }
                if !value.is_empty() {
                    choices.push(value);
                }
            }
        }
    }
    fields
}

/// The addresses that a page links to.
pub(crate) fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(href, _)| unescaped(href))
        .collect()
}

/// The address of the next page.
pub(crate) fn next(page: &str) -> Option<String> {
    let tags = page.split("<a ").skip(1).filter_map(|rest| rest.split_once('>'));
    let mut next = tags.filter(|(tag, _)| attribute(tag, "rel").as_deref() == Some("next"));
    next.next().and_then(|(tag, _)| attribute(tag, "href"))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    [("&#38;", "&"), ("&amp;", "&"), ("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}
