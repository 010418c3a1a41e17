"""The files that random command lines name."""

from pathlib import Path

from command_line import LEVELS

FILES = {
    "counts.csv": "degree,count\n1,5\n2,9\n4,3\n7,1\n",
    "learned.txt": "3\n1\n4\n15\n9\n2\n6\n",
    "edges.csv": "text,skill\nt,a\nu,a\nu,b\nv,b\nv,c\nv,d\nw,c\nw,e\n",
    "lines.jsonl": '["a"]\n["a", "\\u001b[2J"]\n{"skills": ["a, b", "c"]}\n{"skills": ["c", "a, b"]}\n',
    "known.txt": "c\na\n",
    "story.txt": "Der Bär. Der Bär schläft.\n\nDer Wald ist still. Still!\n",
    "texts.txt": "3 1 4\n\n1 5 9 2 6\n3 3\n",
    "levels.toml": LEVELS,
    "two.toml": """
        [skills.a]
        share = "1/4"
        degrees = "regular(3)"
        unknown = "eps"
        [skills.b]
        share = "3/4"
        degrees = "regular(2)"
        unknown = "eps"
        [texts.check]
        ratio = "3/4"
        skills = {a = "regular(1)", b = "regular(2)"}
        """,
    "curve.csv": "x,y,e,g\n1,0.1,0.02,a\n2,0.15,0.02,a\n3,0.4,0.02,a\n4,0.7,0.02,a\n5,0.9,0.02,a\n0,0.1,0.02,b\n2,0.2,0,b\n9,0.8,0.02,b\n",
    "base.txt": "# two checks\n1 2 0\n1 1 1\n",
    "base.alist": "3 2\n2 2\n1 2 1\n2 2\n1 0\n1 2\n2 0\n1 2\n2 3\n",
    "spread.txt": "1 1\n0 1\n\n1 1\n1 0\n",
    "chain.toml": '[texts]\ndegrees = "poisson(c)"\n[skills]\ndegrees = "poisson(c*R)"\n[chain]\ntopics = 7\nwindow = 2\n',
    "one.toml": '[texts]\ndegrees = "poisson(c)"\n[skills]\ndegrees = "poisson(c*R)"\n[parameters]\nc = "4"\n',
}


def write_files(folder: Path) -> None:
    """Write the files that commands name."""
    for name, content in FILES.items():
        (folder / name).write_text(content)
