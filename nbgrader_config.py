"""Settings for the stock nbgrader commands and Formgrader; `course` reads the same file."""

c = get_config()  # noqa: F821  (nbgrader puts it there)

c.CourseDirectory.course_id = "training-neural-networks"
c.CourseDirectory.release_directory = "notebooks"
# A release carries every other file of the source folder along: the .py is the lesson with its solutions, and
# the .toml files hold answers. A module that a student hands in must not take the place of a real one.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.pyc", "*.py", "*.toml"]

c.ClearSolutions.code_stub = {"python": "raise NotDoneYet  # Write your code here, in place of this line."}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# A right answer keeps its marks when its check cell was deleted by mistake.
c.OverwriteCells.add_missing_cells = True
# Seconds per cell: ten epochs on a slow laptop.
c.Execute.timeout = 600


def harmless(html):
    """HTML that can run nothing and asks no other machine for anything."""
    import nh3

    def kept(_tag, name, value):
        start = value.strip().lower()
        if name == "src":
            return value if start.startswith("data:image/") else None
        return None if name == "href" and start.startswith("data:") else value

    return nh3.clean(str(html), url_schemes={"data", "http", "https", "mailto"}, attribute_filter=kept)


def harmless_markdown(source):
    """Markdown as such HTML."""
    from nbconvert.filters import markdown2html

    return harmless(markdown2html(source))


# Formgrader shows what students wrote on a page that may do all that you may: nothing of theirs runs there.
# nbgrader's own page asks for that only where it shows outputs, and then leaves little of them.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"clean_html": harmless, "markdown2html": harmless_markdown}
