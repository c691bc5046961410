//! The text form on its way onto pages.

use crate::carry::sheet::content::TextForm;
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    GAP, GROUP, HEAD, NUMBER, NUMBERS, PLAIN, SENTENCE_ROW, SIDE, STRONG, TOKENS, TOKENS_ROW, TOP,
    WHITE, rise,
};
use crate::carry::sheet::layout::text::quoted;
use crate::carry::sheet::page::{Item, Line};
use crate::carry::sheet::wrap::wrap;

impl Flow<'_> {
    /// Puts the text form on one page, or on as many as it needs from the top of the first on.
    pub(super) fn text_form(&mut self, form: &TextForm) {
        let Some((begin, rest)) = form.lines.split_first() else { return };
        let Some((end, tokens)) = rest.split_last() else { return };
        let note = wrap(&quoted(&form.note), PLAIN, self.width()).len() as f32 * SENTENCE_ROW + 8.0;
        let gaps = (tokens.len().div_ceil(GROUP) + 1) as f32 * GAP;
        self.need(HEAD + note + form.lines.len() as f32 * TOKENS_ROW + gaps);
        self.heading(&form.heading);
        self.note(&form.note);
        self.token(None, begin);
        for (index, group) in tokens.chunks(GROUP).enumerate() {
            let first = index * GROUP + 1;
            // The END line stays with the last group.
            let end = if first + group.len() > tokens.len() { GAP + TOKENS_ROW } else { 0.0 };
            if self.fits(GAP + group.len() as f32 * TOKENS_ROW + end) {
                self.y += GAP;
            } else {
                self.turn(&format!(
                    "{}, continued: line {first} of {}",
                    form.heading,
                    tokens.len()
                ));
            }
            group.iter().zip(first..).for_each(|(token, number)| self.token(Some(number), token));
        }
        self.y += GAP;
        self.token(None, end);
    }

    /// Puts one line of the text form, its number beside it.
    pub(super) fn token(&mut self, number: Option<usize>, line: &str) {
        if let Some(number) = number.map(|number| number.to_string()) {
            let x = SIDE + NUMBERS - 10.0 - NUMBER.width(&number);
            self.put(x, TOKENS_ROW, NUMBER, &number, false);
        }
        let white = if number.is_some() { WHITE } else { 0.0 };
        let (y, text) = (self.y + rise(TOKENS_ROW, TOKENS), line.to_owned());
        self.add(Item::Line(Line {
            x: SIDE + NUMBERS,
            y,
            style: TOKENS,
            text,
            white,
            copied: true,
        }));
        self.y += TOKENS_ROW;
    }

    /// Goes on with the text form on a new page.
    pub(super) fn turn(&mut self, heading: &str) {
        if let Some(page) = self.pages.last_mut() {
            page.within_text = true;
        }
        self.new_page(TOP);
        self.put(SIDE, 17.0, STRONG, heading, false);
        self.y += 17.0 + GAP;
    }
}
