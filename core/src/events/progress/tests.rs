use std::io;
use std::sync::mpsc;

use indicatif::TermLike;

use super::*;
use crate::events::sample;

/// A terminal that tells what is written on it.
#[derive(Debug)]
struct Paper(Mutex<mpsc::Sender<String>>);

impl Paper {
    fn target() -> (ProgressDrawTarget, mpsc::Receiver<String>) {
        let (written, read) = mpsc::channel();
        let paper = Box::new(Paper(Mutex::new(written)));
        (ProgressDrawTarget::term_like_with_hz(paper, 255), read)
    }
}

impl TermLike for Paper {
    fn width(&self) -> u16 {
        40
    }
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn write_line(&self, s: &str) -> io::Result<()> {
        self.write_str(s)
    }
    fn write_str(&self, s: &str) -> io::Result<()> {
        self.0.lock().send(s.to_owned()).map_err(io::Error::other)
    }
    fn clear_line(&self) -> io::Result<()> {
        self.write_str("<clear>")
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn bar(stage: u64, done: u32, running: u32, total: u32) -> StageBar {
    StageBar {
        stage,
        done,
        running,
        total,
    }
}

#[test]
fn a_bar_looks_like_sparks() {
    let (target, paper) = Paper::target();
    let mut bars = Bars::new(target);
    bars.draw(&[bar(3, 15, 2, 30)]);
    let written: Vec<String> = paper.try_iter().collect();
    let line = written
        .iter()
        .rfind(|s| s.contains("Stage"))
        .expect("a bar is drawn");
    assert_eq!(line, "[Stage 3:========>        (15 + 2) / 30]");
}

#[test]
fn bars_come_and_go_in_the_order_of_their_stages() {
    let (target, paper) = Paper::target();
    let mut bars = Bars::new(target);
    bars.draw(&[bar(2, 0, 1, 4), bar(7, 0, 1, 4)]);
    bars.draw(&[bar(2, 1, 1, 4), bar(5, 0, 1, 4), bar(7, 0, 1, 4)]);
    assert_eq!(
        bars.shown.iter().map(|(s, _)| s.stage).collect::<Vec<_>>(),
        [2, 5, 7]
    );
    assert!(paper.try_iter().any(|text| text.contains("(1 + 1) / 4]")));
    bars.draw(&[bar(5, 1, 1, 4)]);
    assert_eq!(
        bars.shown.iter().map(|(s, _)| s.stage).collect::<Vec<_>>(),
        [5]
    );
    bars.draw(&[]);
    assert!(bars.shown.is_empty());
    assert_eq!(paper.try_iter().last().as_deref(), Some("<clear>"));
}

#[test]
fn a_long_stage_is_drawn_without_further_events() {
    let (target, paper) = Paper::target();
    let progress = ConsoleProgress::start(target).unwrap();
    progress.on_event(&sample::job_start(0, &[3]));
    progress.on_event(&sample::stage_submitted(3, 0, 30));
    progress.on_event(&sample::task_start(3, 0, 0));
    let drawn = loop {
        let text = paper
            .recv_timeout(Duration::from_secs(30))
            .expect("the bar is drawn");
        if text.contains("Stage 3") {
            break text;
        }
    };
    assert!(drawn.contains("(0 + 1) / 30]"), "{drawn}");
    drop(progress);
    assert_eq!(paper.iter().last().as_deref(), Some("<clear>"));
}

#[test]
fn nothing_is_drawn_for_short_stages() {
    let (target, paper) = Paper::target();
    let progress = ConsoleProgress::start(target).unwrap();
    for stage in 0..100 {
        progress.on_event(&sample::stage_submitted(stage, 0, 1));
        progress.on_event(&sample::stage_completed(stage, 0));
    }
    drop(progress);
    assert!(!paper.iter().any(|text| text.contains("Stage")));
}
