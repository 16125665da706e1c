//! What is open, and what prefixes mean there (Namespaces in XML 1.0).

use super::tag::{Attribute, Tag};
use super::{XmlProblem, is_space};

/// The most elements inside each other. An Autodiscover answer has eight levels.
pub(crate) const MAX_DEPTH: usize = 32;

/// The most namespace declarations in force at once: it bounds the time that resolving a name takes.
pub(crate) const MAX_NAMESPACES: usize = 64;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// An element, its name resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Empty when it is in none.
    pub(crate) namespace: String,
    pub(crate) local: String,
    /// Namespace and local name of the attributes that are not declarations. Unprefixed ones have no namespace.
    pub(crate) attributes: Vec<(String, String)>,
}

/// The elements that are open, the outermost first.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    open: Vec<Open>,
    /// Prefix and namespace; later ones hide earlier ones.
    bindings: Vec<(String, String)>,
}

#[derive(Debug)]
struct Open {
    qualified: String,
    bindings_before: usize,
}

impl Elements {
    /// How many are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Enters an element. An empty one is left at once with [`close`](Self::close).
    pub(crate) fn open(&mut self, tag: &Tag<'_>) -> Result<Element, XmlProblem> {
        if self.open.len() == MAX_DEPTH {
            return Err(XmlProblem::TooDeep);
        }
        let bindings_before = self.bindings.len();
        for attribute in &tag.attributes {
            self.bind(attribute)?;
        }
        let namespace = self.resolve(tag.name.prefix)?.to_owned();
        let mut attributes: Vec<(String, String)> = Vec::new();
        for name in tag.attributes.iter().filter(|attribute| !is_declaration(attribute)).map(|a| a.name) {
            let namespace = if name.prefix.is_empty() { "" } else { self.resolve(name.prefix)? };
            let attribute = (namespace.to_owned(), name.local.to_owned());
            if attributes.contains(&attribute) {
                return Err(XmlProblem::Attribute);
            }
            attributes.push(attribute);
        }
        self.open.push(Open { qualified: tag.qualified.to_owned(), bindings_before });
        Ok(Element { namespace, local: tag.name.local.to_owned(), attributes })
    }

    /// Leaves the innermost element, whose name must be this one.
    pub(crate) fn close(&mut self, qualified: &str) -> Result<(), XmlProblem> {
        match self.open.pop() {
            Some(open) if open.qualified == qualified => {
                self.bindings.truncate(open.bindings_before);
                Ok(())
            }
            _ => Err(XmlProblem::EndTag),
        }
    }

    fn bind(&mut self, attribute: &Attribute<'_>) -> Result<(), XmlProblem> {
        if !is_declaration(attribute) {
            return Ok(());
        }
        let namespace = &*attribute.value;
        let prefix = if attribute.name.prefix.is_empty() { "" } else { attribute.name.local };
        let is_forbidden = matches!(prefix, "xmlns" | "xml")
            || matches!(namespace, XML | XMLNS)
            || (namespace.is_empty() && !prefix.is_empty())
            // Some readers normalise white space in a namespace and some do not.
            || namespace.contains(is_space);
        if is_forbidden {
            return Err(XmlProblem::Prefix);
        }
        if self.bindings.len() == MAX_NAMESPACES {
            return Err(XmlProblem::TooManyNamespaces);
        }
        self.bindings.push((prefix.to_owned(), namespace.to_owned()));
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Result<&str, XmlProblem> {
        if prefix == "xml" {
            return Ok(XML);
        }
        match self.bindings.iter().rev().find(|(bound, _)| bound == prefix) {
            Some((_, namespace)) => Ok(namespace),
            None if prefix.is_empty() => Ok(""),
            None => Err(XmlProblem::Prefix),
        }
    }
}

/// `xmlns="…"` or `xmlns:prefix="…"`.
fn is_declaration(attribute: &Attribute<'_>) -> bool {
    attribute.name.prefix == "xmlns" || (attribute.name.prefix.is_empty() && attribute.name.local == "xmlns")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(elements: &mut Elements, tag: &str) -> Result<(String, String), XmlProblem> {
        let element = elements.open(&Tag::read(tag.as_bytes())?)?;
        Ok((element.namespace, element.local))
    }

    fn is(namespace: &str, local: &str) -> Result<(String, String), XmlProblem> {
        Ok((namespace.to_owned(), local.to_owned()))
    }

    #[test]
    fn prefixes_mean_what_was_declared_last_where_they_stand() {
        let mut elements = Elements::default();
        assert_eq!(open(&mut elements, "<a xmlns='d' xmlns:p='1'>"), is("d", "a"));
        assert_eq!(open(&mut elements, "<p:b xmlns:p='2'>"), is("2", "b"));
        assert_eq!(open(&mut elements, "<p:c xmlns=''>"), is("2", "c"));
        assert_eq!(open(&mut elements, "<d>"), is("", "d"));
        assert_eq!(elements.depth(), 4);
        for name in ["d", "p:c", "p:b"] {
            assert_eq!(elements.close(name), Ok(()));
        }
        assert_eq!(open(&mut elements, "<p:e>"), is("1", "e"));
        assert_eq!(elements.close("p:f"), Err(XmlProblem::EndTag));
    }

    #[test]
    fn attributes_have_no_default_namespace() {
        let element =
            Elements::default().open(&Tag::read(b"<a xmlns='d' xmlns:p='1' b='' p:b=''>").expect("a tag"));
        assert_eq!(
            element.map(|element| element.attributes),
            Ok(vec![(String::new(), "b".to_owned()), ("1".to_owned(), "b".to_owned())])
        );
    }

    #[test]
    fn refuses_what_namespaces_forbid() {
        for (tag, problem) in [
            ("<p:a>", XmlProblem::Prefix),
            ("<a p:b=''>", XmlProblem::Prefix),
            ("<a xmlns:p=''>", XmlProblem::Prefix),
            ("<a xmlns:xml='x'>", XmlProblem::Prefix),
            ("<a xmlns:xmlns='x'>", XmlProblem::Prefix),
            ("<a xmlns:x='http://www.w3.org/2000/xmlns/'>", XmlProblem::Prefix),
            ("<a xmlns:x=' y'>", XmlProblem::Prefix),
            ("<a xmlns:x='1' xmlns:y='1' x:b='' y:b=''>", XmlProblem::Attribute),
        ] {
            assert_eq!(open(&mut Elements::default(), tag), Err(problem), "{tag}");
        }
    }

    #[test]
    fn limits() {
        let mut elements = Elements::default();
        for _ in 0..MAX_DEPTH {
            assert!(open(&mut elements, "<a xmlns:p='1' xmlns='2'>").is_ok());
        }
        assert_eq!(open(&mut elements, "<a>"), Err(XmlProblem::TooDeep));
        assert_eq!(elements.close("a"), Ok(()));
        assert_eq!(
            open(&mut elements, "<a xmlns:p='1' xmlns='2' xmlns:q='3'>"),
            Err(XmlProblem::TooManyNamespaces)
        );
    }
}
