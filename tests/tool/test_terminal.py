"""What is different on a terminal: tables, widths, colour, escapes, pager. A pseudo terminal stands
in for it."""
import fcntl
import os
import pty
import struct
import subprocess
import termios

import support
from support import TOOL

ESCAPE = "\x1b"


class Terminal(support.ToolTest):
    def on_terminal(self, *arguments, width=80, height=50, env=None):
        """Runs the command with its output on a terminal; returns (exit code, text)."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        process = subprocess.Popen([TOOL, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=subprocess.PIPE, cwd=self.folder,
                                   env=self.environment({"TERM": "xterm", **(env or {})}))
        os.close(theirs)
        text = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how a terminal says that the other side is closed
                break
            if not part:
                break
            text += part
        os.close(ours)
        error = process.stderr.read()
        process.stderr.close()
        code = process.wait()
        self.assertIn(code, range(8), error)
        return code, text.decode().replace("\r\n", "\n")

    def setUp(self):
        super().setUp()
        self.create_library()

    def test_table_is_the_standard(self):
        code, text = self.on_terminal("get", self.store, "author", "1", "--color", "never")
        self.assertEqual(code, 0)
        self.assertEqual(text, self.ok("get", self.store, "author", "1", "-f", "table").out)

    def test_width(self):
        for width in (40, 60, 200):
            _, text = self.on_terminal("get", self.store, "book", "1", "--color", "never",
                                       width=width)
            self.assertTrue(all(len(line) <= width for line in text.splitlines()), text)
            self.assertEqual("\u2026" in text, width < 100, text)
        wide = self.ok("get", self.store, "book", "1", "-f", "table").out
        self.assertNotIn("\u2026", wide)

    def test_too_narrow_for_a_table(self):
        get = ("get", self.store, "book", "1", "--color", "never")
        _, text = self.on_terminal(*get, width=30)
        self.assertEqual(text, self.ok(*get, "-f", "line").out)
        _, text = self.on_terminal(*get, "-f", "table", width=30)
        self.assertEqual(len(text.splitlines()), 2, text)

    def test_wide_characters_are_aligned(self):
        self.ok("load", self.store, "-", "--table", "shelf",
                stdin='{"shelf_id":"W1","room":"\u66f8\u5eab"}\n{"shelf_id":"W2","room":"cellar"}')
        text = self.ok("refs", self.store, "book", "1", "-f", "table").out
        self.assertNotIn(ESCAPE, text)
        _, text = self.on_terminal("get", self.store, "shelf", "W1", "W2", "--color", "never",
                                   "-f", "table")
        self.assertIn("W1        \u66f8\u5eab", text)

    def test_color(self):
        get = ("get", self.store, "author", "1")
        self.assertIn(ESCAPE, self.on_terminal(*get)[1])
        self.assertNotIn(ESCAPE, self.on_terminal(*get, env={"NO_COLOR": "1"})[1])
        self.assertNotIn(ESCAPE, self.on_terminal(*get, env={"TERM": "dumb"})[1])
        self.assertNotIn(ESCAPE, self.on_terminal(*get, "--color", "never")[1])
        self.assertIn(ESCAPE, self.on_terminal(*get, "--color", "always",
                                               env={"NO_COLOR": "1"})[1])
        self.assertNotIn(ESCAPE, self.ok(*get, "-f", "table").out)
        self.assertIn(ESCAPE, self.ok(*get, "-f", "table", "--color", "always").out)

    def test_data_cannot_drive_the_terminal(self):
        # C0, DEL, C1 and a mark that turns the direction of writing; a bell and a title sequence.
        evil = "\x1b]0;owned\x07\x7f\x9b31m\u202eabc\tx\ny"
        row = '{"author_id":80,"name":"%s"}' % "".join(
            f"\\u{ord(c):04x}" for c in evil)
        self.ok("load", self.store, "-", "--table", "author", stdin=row)
        commands = [("get", self.store, "author", "80", "-f", form)
                    for form in ("table", "json", "jsonl", "csv", "tsv", "line")]
        commands += [("dump", self.store, "author"), ("refs", self.store, "author", "80", "--tree"),
                     ("dump", self.store, "author", "--as", "csv")]
        for command in commands:
            with self.subTest(command=command):
                _, text = self.on_terminal(*command, "--color", "never", width=200)
                for character in "\x1b\x07\x7f\x9b\u202e":
                    self.assertNotIn(character, text)
                self.assertEqual("\t" in text, "tsv" in command)
                self.assertIn("\\u001b]0;owned\\u0007\\u007f\\u009b31m", text)
        # Elsewhere data stays what it is.
        raw = self.ok("get", self.store, "author", "80", "-f", "csv").out
        self.assertIn(evil.replace("\n", "\n"), raw.replace("\r\n", "\n"))

    def test_pager(self):
        many = "".join(f'{{"name":"tag{i:04}"}}\n' for i in range(100))
        self.ok("load", self.store, "-", "--table", "tag", stdin=many)
        pager = {"PAGER": "sed 's/^/paged: /'"}
        command = ("dump", self.store, "tag")
        _, text = self.on_terminal(*command, height=24, env=pager)
        self.assertEqual(len(text.splitlines()), len(self.ok(*command).out.splitlines()))
        self.assertTrue(all(line.startswith("paged: ") for line in text.splitlines()))
        plain = self.on_terminal(*command, "--no-pager", height=24, env=pager)[1]
        self.assertEqual(plain, text.replace("paged: ", ""))
        self.assertNotIn("paged", self.on_terminal(*command, height=400, env=pager)[1])
        both = {**pager, "KINDRED_PAGER": "sed 's/^/ours: /'"}
        self.assertIn("ours: ", self.on_terminal(*command, height=24, env=both)[1])
        self.assertNotIn("paged", self.ok(*command, env=pager).out)

    def test_pager_that_leaves_early(self):
        many = "".join(f'{{"name":"tag{i:05}"}}\n' for i in range(20000))
        self.ok("load", self.store, "-", "--table", "tag", stdin=many)
        code, text = self.on_terminal("dump", self.store, "tag", height=24,
                                      env={"PAGER": "head -n 3"})
        self.assertEqual(code, 0)
        self.assertEqual(len(text.splitlines()), 3)


if __name__ == "__main__":
    support.main()
