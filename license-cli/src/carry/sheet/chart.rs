//! Users by day, against the seats, the tolerance and the quarters or months: told by dashes and
//! words, not by colours. One drawing, for a page of HTML and for a PDF.

use license_core::Day;

use crate::plural::counted;

/// The seats that users are drawn against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seats {
    /// They are not known where the chart is made.
    Unknown,
    /// Any number of users may be there.
    Unlimited,
    /// Since which day of the chart there are how many; at least one.
    Steps(Vec<(u32, u32)>),
}

/// What is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// Whose figures they are: `Users in subscription`.
    pub(crate) of: &'static str,
    pub(crate) from: Day,
    /// The days that it has room for.
    pub(crate) days: u32,
    /// The users of each day so far.
    pub(crate) users: Vec<Option<u32>>,
    pub(crate) seats: Seats,
    /// The names of quarters or months, each with its first day, counted from the chart's first.
    pub(crate) spans: Vec<(u32, String)>,
    pub(crate) peak: (u32, Day),
    /// The users with whom a license could be installed at the end, by its own rules.
    pub(crate) tolerated: Option<u32>,
}

impl Seats {
    fn steps(&self) -> &[(u32, u32)] {
        match self {
            Self::Steps(steps) => steps,
            Self::Unknown | Self::Unlimited => &[],
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::Unlimited => ", against any number of seats".to_owned(),
            Self::Steps(steps) => {
                let Some(((_, last), before)) = steps.split_last() else { return String::new() };
                let before = before.iter().map(|(_, seats)| format!("{seats}, then "));
                format!(", against {}{}", before.collect::<String>(), counted(*last, "seat"))
            }
        }
    }
}

impl Chart {
    /// What it shows, in a sentence for whoever does not see it.
    pub(crate) fn words(&self) -> String {
        let last = self.from.plus(self.days.saturating_sub(1)).unwrap_or(Day::LAST);
        let (peak, on) = self.peak;
        let gaps = self.users.iter().filter(|users| users.is_none()).count();
        let gaps = match gaps {
            0 => String::new(),
            number => format!("; {} without a figure, marked at the foot", counted(number, "day")),
        };
        let (low, _) = self.ends();
        format!(
            "{} by day from {} to {last}{}: the peak is {peak} on {on}{gaps}; the scale begins at \
             {low}",
            self.of,
            self.from,
            self.seats.words()
        )
    }

    /// Where the scale begins and ends.
    fn ends(&self) -> (u32, u32) {
        let users = || self.users.iter().flatten().copied();
        let seats = || self.seats.steps().iter().map(|(_, seats)| *seats);
        let high = users().chain(seats()).chain(self.tolerated).max().unwrap_or(1);
        let least = users().chain(seats()).min().unwrap_or(0);
        (least.saturating_sub((high - least) / 3 + 1), high)
    }
}

/// The days from one to another.
pub(crate) fn count(from: Day, until: Day) -> u32 {
    u32::try_from(until.since(from)).unwrap_or(0)
}

/// On which side of its place a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Something that is drawn; y counts from the top.
pub(crate) enum Mark {
    Stroke { points: Vec<[f32; 2]>, width: f32, dash: &'static [f32] },
    Area(Vec<[f32; 2]>),
    Text { x: f32, y: f32, anchor: Anchor, text: String },
}

/// How large a drawing is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// Of its letters.
    pub(crate) font: f32,
}

/// Space for numbers on the left, for the name of a line above it, and for dates below.
struct Frame {
    room: Room,
    left: f32,
    top: f32,
    low: u32,
    high: u32,
    days: u32,
}

impl Frame {
    fn of(chart: &Chart, room: Room) -> Self {
        let (low, high) = chart.ends();
        let digits = high.to_string().len() as f32;
        let left = room.font * (0.62 * digits + 0.8);
        Self { room, left, top: room.font * 2.6, low, high, days: chart.days.max(1) }
    }

    fn right(&self) -> f32 {
        self.room.width - 2.0
    }

    fn bottom(&self) -> f32 {
        self.room.height - self.room.font * 1.6
    }

    fn x(&self, day: u32) -> f32 {
        let part = day.min(self.days) as f32 / self.days as f32;
        self.left + part * (self.right() - self.left)
    }

    fn y(&self, users: u32) -> f32 {
        let part = users.saturating_sub(self.low) as f32 / (self.high - self.low).max(1) as f32;
        self.bottom() - part * (self.bottom() - self.top)
    }
}

/// Draws the chart.
pub(crate) fn draw(chart: &Chart, room: Room) -> Vec<Mark> {
    let frame = Frame::of(chart, room);
    let mut marks = axes(chart, &frame);
    marks.extend(limits(chart, &frame));
    marks.extend(users(chart, &frame));
    marks.extend(peak(chart, &frame));
    // No line runs through a word.
    marks.sort_by_key(|mark| matches!(mark, Mark::Text { .. }));
    marks
}

fn line(points: Vec<[f32; 2]>, width: f32, dash: &'static [f32]) -> Mark {
    Mark::Stroke { points, width, dash }
}

fn text(x: f32, y: f32, anchor: Anchor, text: impl Into<String>) -> Mark {
    Mark::Text { x, y, anchor, text: text.into() }
}

/// The axes, with the first days of the spans, or the first and the last day.
fn axes(chart: &Chart, frame: &Frame) -> Vec<Mark> {
    let (left, right, bottom) = (frame.left, frame.right(), frame.bottom());
    let mut marks = vec![line(vec![[left, frame.top], [left, bottom], [right, bottom]], 0.8, &[])];
    let below = bottom + frame.room.font * 1.25;
    let day = |at: u32| chart.from.plus(at).map(|day| day.to_string()).unwrap_or_default();
    // A name is left out where it would stand in the one before.
    let mut taken = 0.0;
    for (number, (at, name)) in chart.spans.iter().enumerate() {
        let x = frame.x(*at);
        let end = x + frame.room.font * (0.62 * name.len() as f32) + 3.0;
        if x + 2.0 < taken || end > frame.room.width + frame.room.font {
            continue;
        }
        taken = end;
        if number > 0 {
            marks.push(line(vec![[x, frame.top - frame.room.font], [x, bottom]], 0.7, &[1.0, 3.0]));
        }
        marks.push(text(x + 3.0, frame.top - frame.room.font * 1.5, Anchor::Start, name));
    }
    let last = chart.days.saturating_sub(1);
    marks.push(text(left, below, Anchor::Start, day(0)));
    if last > 0 {
        marks.push(text(right, below, Anchor::End, day(last)));
    }
    let half = chart.spans.get(chart.spans.len() / 2).filter(|_| chart.spans.len() > 2);
    if let Some((half, _)) = half.filter(|_| frame.room.width > 300.0) {
        marks.push(text(frame.x(*half), below, Anchor::Middle, day(*half)));
    }
    for users in [frame.low, chart.peak.0] {
        let y = frame.y(users) + frame.room.font * 0.35;
        marks.push(text(left - 3.0, y, Anchor::End, users.to_string()));
    }
    marks
}

/// Seats as a line through the term, and what is tolerated beyond the last of them, dashed.
fn limits(chart: &Chart, frame: &Frame) -> Vec<Mark> {
    let mut points = Vec::new();
    let steps = chart.seats.steps();
    for (place, (since, seats)) in steps.iter().enumerate() {
        let until = steps.get(place + 1).map_or(chart.days, |(since, _)| *since);
        points.push([frame.x(*since), frame.y(*seats)]);
        points.push([frame.x(until), frame.y(*seats)]);
    }
    let Some((_, seats)) = steps.last() else { return Vec::new() };
    let (x, y) = (frame.left + 4.0, frame.y(steps.first().map_or(*seats, |it| it.1)));
    let below = y + frame.room.font * 1.1;
    let mut marks = vec![line(points, 1.6, &[7.0, 2.0])];
    marks.push(text(x, below, Anchor::Start, counted(*seats, "seat")));
    if let Some(tolerated) = chart.tolerated {
        let y = frame.y(tolerated);
        marks.push(line(vec![[frame.left, y], [frame.right(), y]], 0.9, &[2.0, 3.0]));
        let words = format!("{tolerated} tolerated");
        marks.push(text(x, y - frame.room.font * 0.35, Anchor::Start, words));
    }
    marks
}

/// Users as steps; a day without a figure is a gap with a mark below it.
fn users(chart: &Chart, frame: &Frame) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut points: Vec<[f32; 2]> = Vec::new();
    for (at, users) in (0..).zip(&chart.users) {
        match users {
            Some(users) => {
                let y = frame.y(*users);
                points.extend([[frame.x(at), y], [frame.x(at + 1), y]]);
            }
            None => {
                marks.extend((!points.is_empty()).then(|| line(points.clone(), 1.4, &[])));
                points.clear();
                let (x, bottom) = (frame.x(at), frame.bottom());
                let (end, top) = (frame.x(at + 1), bottom - frame.room.font * 0.5);
                marks.push(Mark::Area(vec![[x, bottom], [end, bottom], [end, top], [x, top]]));
            }
        }
    }
    marks.extend((!points.is_empty()).then(|| line(points, 1.4, &[])));
    marks
}

/// The peak: a diamond, with its number and day beside it.
fn peak(chart: &Chart, frame: &Frame) -> Vec<Mark> {
    let (users, on) = chart.peak;
    let at = count(chart.from, on).min(chart.days.saturating_sub(1));
    let (x, y) = ((frame.x(at) + frame.x(at + 1)) / 2.0, frame.y(users));
    let half = frame.room.font * 0.4;
    let diamond = vec![[x, y - half], [x + half, y], [x, y + half], [x - half, y]];
    let (anchor, x) = match x > frame.room.width / 2.0 {
        true => (Anchor::End, x - half * 1.6),
        false => (Anchor::Start, x + half * 1.6),
    };
    let words = format!("peak {users} on {on}");
    vec![Mark::Area(diamond), text(x, y - frame.room.font * 0.35, anchor, words)]
}
