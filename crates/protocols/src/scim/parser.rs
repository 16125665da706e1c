//! Tokens to filters and paths, by recursive descent of bounded depth.

use super::filter::{Filter, Literal, Operator};
use super::lexer::{Token, Tokens};
use super::{AttributePath, Invalid, MOST_DEPTH, MOST_TERMS};

pub(super) struct Parser<'t> {
    tokens: Tokens<'t>,
    depth: usize,
    terms: usize,
    /// Inside brackets, where there are no further ones.
    within: bool,
}

impl<'t> Parser<'t> {
    pub(super) const fn new(tokens: Tokens<'t>) -> Self {
        Self { tokens, depth: 0, terms: 0, within: false }
    }

    /// Alternatives.
    pub(super) fn filter(&mut self) -> Result<Filter, Invalid> {
        let mut filters = vec![self.all()?];
        while self.tokens.take_word("or")? {
            filters.push(self.all()?);
        }
        Ok(one_or(filters, Filter::Or))
    }

    pub(super) fn end(&self) -> Result<(), Invalid> {
        if self.tokens.peek().is_none() { Ok(()) } else { Err(self.tokens.expected("the end")) }
    }

    fn all(&mut self) -> Result<Filter, Invalid> {
        let mut filters = vec![self.term()?];
        while self.tokens.take_word("and")? {
            filters.push(self.term()?);
        }
        Ok(one_or(filters, Filter::And))
    }

    fn term(&mut self) -> Result<Filter, Invalid> {
        if self.tokens.take_word("not")? {
            if !self.tokens.take_if(&Token::Open)? {
                return Err(self.tokens.expected("a parenthesis"));
            }
            return Ok(Filter::Not(Box::new(self.in_parentheses()?)));
        }
        if self.tokens.take_if(&Token::Open)? {
            return self.in_parentheses();
        }
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(Invalid::TooManyTerms);
        }
        let path = self.attribute()?;
        match self.tokens.peek() {
            Some(Token::OpenBracket) if !self.within => self.value_path(path),
            _ => self.comparison(path),
        }
    }

    /// What follows an opening parenthesis, to the closing one.
    fn in_parentheses(&mut self) -> Result<Filter, Invalid> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Invalid::TooDeep);
        }
        let filter = self.filter()?;
        self.depth -= 1;
        if self.tokens.take_if(&Token::Close)? {
            Ok(filter)
        } else {
            Err(self.tokens.expected("a closing parenthesis"))
        }
    }

    fn value_path(&mut self, path: AttributePath) -> Result<Filter, Invalid> {
        let filter = self.in_brackets()?;
        if !self.tokens.take_if(&Token::Dot)? {
            return Ok(Filter::Within { path, filter: Box::new(filter) });
        }
        // `emails[type eq "work"].value eq "…"`: outside the grammar, and what Entra ID sends.
        let sub = self.attribute()?;
        let comparison = self.comparison(sub)?;
        Ok(Filter::Within { path, filter: Box::new(Filter::And(vec![filter, comparison])) })
    }

    /// The filter between brackets, which come now.
    pub(super) fn in_brackets(&mut self) -> Result<Filter, Invalid> {
        self.tokens.take()?;
        self.within = true;
        let filter = self.filter()?;
        self.within = false;
        if self.tokens.take_if(&Token::CloseBracket)? {
            Ok(filter)
        } else {
            Err(self.tokens.expected("a closing bracket"))
        }
    }

    pub(super) fn attribute(&mut self) -> Result<AttributePath, Invalid> {
        let wrong = self.tokens.expected("an attribute");
        let Some(Token::Word(word)) = self.tokens.peek() else { return Err(wrong) };
        let path = AttributePath::read(word).ok_or(wrong)?;
        self.tokens.take()?;
        Ok(path)
    }

    /// The part of an attribute after a bracket, where there is one.
    pub(super) fn sub_attribute(&mut self) -> Result<Option<String>, Invalid> {
        if !self.tokens.take_if(&Token::Dot)? {
            return Ok(None);
        }
        let wrong = self.tokens.expected("a part of the attribute");
        let sub = self.attribute()?;
        if sub.schema.is_some() || sub.sub.is_some() { Err(wrong) } else { Ok(Some(sub.name)) }
    }

    /// Whether a bracket comes.
    pub(super) fn comes_bracket(&self) -> bool {
        self.tokens.peek() == Some(&Token::OpenBracket)
    }

    fn comparison(&mut self, path: AttributePath) -> Result<Filter, Invalid> {
        if self.tokens.take_word("pr")? {
            return Ok(Filter::Present(path));
        }
        let wrong = self.tokens.expected("an operator");
        let Some(Token::Word(word)) = self.tokens.peek() else { return Err(wrong) };
        let operator = Operator::from_word(word).ok_or(wrong)?;
        self.tokens.take()?;
        let value = self.value()?;
        Ok(Filter::Compare { path, operator, value })
    }

    fn value(&mut self) -> Result<Literal, Invalid> {
        let wrong = self.tokens.expected("a value");
        for (word, value) in
            [("true", Literal::Boolean(true)), ("false", Literal::Boolean(false)), ("null", Literal::Null)]
        {
            if self.tokens.take_word(word)? {
                return Ok(value);
            }
        }
        if !matches!(self.tokens.peek(), Some(Token::Literal(_))) {
            return Err(wrong);
        }
        match self.tokens.take()? {
            Some(Token::Literal(literal)) => Ok(literal),
            _ => Err(wrong),
        }
    }
}

fn one_or(mut filters: Vec<Filter>, many: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    if filters.len() == 1 { filters.remove(0) } else { many(filters) }
}
