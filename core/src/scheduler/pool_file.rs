//! Spark's pool file: `spark.scheduler.allocation.file`.
//!
//! Spark warns and goes on with defaults where a value is wrong. Here the file is right or an error
//! that names the file, the line and the element: a share that is silently another one would show
//! only as a slow job.

use std::path::Path;

use roxmltree::{Document, Node};

use super::conf::{PoolConf, SchedulingMode};
use crate::error::{Error, Result};

const KEY: &str = "spark.scheduler.allocation.file";

impl PoolConf {
    /// Reads the pools of a file in Spark's form.
    ///
    /// # Errors
    /// [`Error::Conf`] if the file can't be read, or what is in it is not a pool file.
    pub fn read_file(path: &Path) -> Result<Vec<PoolConf>> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| wrong(&file, e.to_string()))?;
        Self::parse(&text, &file)
    }

    /// Reads the pools of a text in Spark's form. `file` is what errors call it.
    ///
    /// ```
    /// use flint_core::scheduler::{PoolConf, SchedulingMode};
    /// let text = "<allocations>
    ///   <pool name='production'>
    ///     <schedulingMode>FAIR</schedulingMode>
    ///     <weight>3</weight>
    ///     <minShare>2</minShare>
    ///   </pool>
    ///   <pool name='tests'/>
    /// </allocations>";
    /// let pools = PoolConf::parse(text, "pools.xml")?;
    /// assert_eq!((pools[0].mode, pools[0].weight, pools[0].min_share), (SchedulingMode::Fair, 3, 2));
    /// assert_eq!(pools[1], PoolConf::new("tests"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Conf`] with the line and element that is wrong.
    pub fn parse(text: &str, file: &str) -> Result<Vec<PoolConf>> {
        let document = Document::parse(text).map_err(|e| wrong(file, e.to_string()))?;
        let root = document.root_element();
        if !root.has_tag_name("allocations") {
            return Err(misplaced(file, root, "the root must be <allocations>"));
        }
        let mut pools: Vec<PoolConf> = Vec::new();
        for node in elements(file, root)? {
            let pool = pool(file, node)?;
            if pools.iter().any(|known| known.name == pool.name) {
                let reason = format!("there are two pools named `{}`", pool.name);
                return Err(misplaced(file, node, &reason));
            }
            pools.push(pool);
        }
        Ok(pools)
    }
}

fn wrong(file: &str, reason: String) -> Error {
    Error::Conf {
        key: KEY.to_owned(),
        value: file.to_owned(),
        reason,
    }
}

fn misplaced(file: &str, node: Node<'_, '_>, reason: &str) -> Error {
    let line = node.document().text_pos_at(node.range().start).row;
    let name = node.tag_name().name();
    wrong(file, format!("line {line}, element <{name}>: {reason}"))
}

/// The children of an element that has no text beside them.
fn elements<'a>(file: &str, parent: Node<'a, 'a>) -> Result<Vec<Node<'a, 'a>>> {
    let text = |node: &Node<'_, '_>| node.is_text() && !node.text().unwrap_or("").trim().is_empty();
    if let Some(text) = parent.children().find(text) {
        let reason = format!("it holds the text `{}`", text.text().unwrap_or("").trim());
        return Err(misplaced(file, parent, &reason));
    }
    Ok(parent.children().filter(Node::is_element).collect())
}

fn pool(file: &str, node: Node<'_, '_>) -> Result<PoolConf> {
    if !node.has_tag_name("pool") {
        return Err(misplaced(file, node, "only <pool> can be in <allocations>"));
    }
    let name = node.attribute("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| misplaced(file, node, "it has no attribute `name`"))?;
    if let Some(other) = node.attributes().find(|a| a.name() != "name") {
        let reason = format!("attribute `{}` is not known", other.name());
        return Err(misplaced(file, node, &reason));
    }
    let mut pool = PoolConf::new(name);
    let mut seen = Vec::new();
    for child in elements(file, node)? {
        let tag = child.tag_name().name();
        if seen.contains(&tag) {
            return Err(misplaced(file, child, "it comes twice"));
        }
        seen.push(tag);
        match tag {
            "schedulingMode" => pool.mode = mode(file, child)?,
            "weight" => pool.weight = number(file, child, 1)?,
            "minShare" => pool.min_share = number(file, child, 0)?,
            _ => return Err(misplaced(file, child, "no such setting of a pool")),
        }
    }
    Ok(pool)
}

/// The trimmed text of an element that holds nothing else.
fn text<'a>(file: &str, node: Node<'a, 'a>) -> Result<&'a str> {
    if node.children().any(|child| child.is_element()) || node.attributes().len() > 0 {
        return Err(misplaced(file, node, "it must hold text alone"));
    }
    Ok(node.text().unwrap_or("").trim())
}

fn mode(file: &str, node: Node<'_, '_>) -> Result<SchedulingMode> {
    let text = text(file, node)?;
    text.parse()
        .map_err(|reason: String| misplaced(file, node, &reason))
}

fn number(file: &str, node: Node<'_, '_>, least: u32) -> Result<u32> {
    let text = text(file, node)?;
    let number = text.parse().ok().filter(|&n: &u32| n >= least);
    number.ok_or_else(|| {
        let reason = format!("`{text}` is not a whole number of at least {least}");
        misplaced(file, node, &reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        match PoolConf::parse(text, "pools.xml") {
            Err(Error::Conf { key, value, reason }) => {
                assert_eq!((key.as_str(), value.as_str()), (KEY, "pools.xml"));
                reason
            }
            other => panic!("no error of the file: {other:?}"),
        }
    }

    #[test]
    fn sparks_own_example_is_read() {
        let text = "<?xml version=\"1.0\"?>
            <!-- comments are fine -->
            <allocations>
              <pool name=\"production\">
                <schedulingMode>FAIR</schedulingMode>
                <weight>1</weight>
                <minShare>2</minShare>
              </pool>
              <pool name=\"test\">
                <schedulingMode> fifo </schedulingMode>
                <weight>2</weight>
                <minShare>3</minShare>
              </pool>
            </allocations>";
        let pool = |name, mode, weight, min_share| PoolConf {
            mode,
            weight,
            min_share,
            ..PoolConf::new(name)
        };
        let expected = [
            pool("production", SchedulingMode::Fair, 1, 2),
            pool("test", SchedulingMode::Fifo, 2, 3),
        ];
        assert_eq!(PoolConf::parse(text, "pools.xml").unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (inside, expected) in [
            (
                "<pool/>",
                "line 2, element <pool>: it has no attribute `name`",
            ),
            ("<pol name='a'/>", "line 2, element <pol>"),
            ("<pool name='a' weight='2'/>", "attribute `weight`"),
            (
                "<pool name='a'>\n<weight>0</weight></pool>",
                "line 3, element <weight>: `0`",
            ),
            (
                "<pool name='a'><minShare>-1</minShare></pool>",
                "<minShare>: `-1`",
            ),
            ("<pool name='a'><minShare/></pool>", "<minShare>: ``"),
            (
                "<pool name='a'><schedulingMode>LIFO</schedulingMode></pool>",
                "LIFO",
            ),
            (
                "<pool name='a'><Weight>1</Weight></pool>",
                "<Weight>: no such setting",
            ),
            (
                "<pool name='a'><weight>1</weight><weight>1</weight></pool>",
                "comes twice",
            ),
            ("<pool name='a'><weight><b/></weight></pool>", "text alone"),
            ("<pool name='a'>3</pool>", "it holds the text `3`"),
            ("<pool name='a'/><pool name='a'/>", "two pools named `a`"),
        ] {
            let text = format!("<allocations>\n{inside}</allocations>");
            let reason = reason(&text);
            assert!(reason.contains(expected), "{inside}: {reason}");
        }
        assert!(reason("<pools/>").contains("the root must be"));
        assert!(!reason("<allocations>").is_empty());
        assert!(!reason("").is_empty());
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pools.xml");
        let error = PoolConf::read_file(&path).unwrap_err();
        assert!(
            matches!(&error, Error::Conf { value, .. } if *value == path.display().to_string())
        );
    }
}
