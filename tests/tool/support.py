"""What the tests of the command share: running it, and two schemas to run it on."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOOL = os.environ["KINDRED_TOOL"]
HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get("KINDRED_ROOT", HERE.parent.parent))
DATA = ROOT / ".." / "shared" / "data"


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()
        self.bytes = done.stdout

    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


class ToolTest(unittest.TestCase):
    """A folder of its own for every test, and the library schema in `schema`."""
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kindred-tool-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = str(self.folder / "library.kdb")

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, content):
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(data)
        return self.path(name)

    def environment(self, extra):
        kept = {name: value for name, value in os.environ.items()
                if name not in ("KINDRED_STORE", "NO_COLOR", "KINDRED_PAGER", "PAGER")}
        # A report of a sanitizer must not look like one of the documented exit codes.
        watched = {"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}
        return {**kept, **watched, **extra}

    def run_tool(self, *arguments, stdin="", env=None):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = subprocess.run([TOOL, *map(str, arguments)], input=data, capture_output=True,
                              env=self.environment(env or {}), cwd=self.folder, check=False)
        result = Result(done)
        self.assertIn(done.returncode, (0, 1, 2, 3, 4, 5, 6, 7, 130), result.err)
        return result

    def ok(self, *arguments, **more):
        result = self.run_tool(*arguments, **more)
        self.assertEqual(result.code, 0, result.err)
        return result

    def fails(self, code, *arguments, says=(), **more):
        result = self.run_tool(*arguments, **more)
        self.assertEqual(result.code, code, result.out + result.err)
        self.assertNotEqual(result.err, "", "a failure without a message")
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, result.err)
        return result

    def create_library(self, rows=True):
        """The store of library.json, with the rows of library.jsonl."""
        self.ok("create", self.store, "--schema", HERE / "library.json")
        if rows:
            self.ok("load", self.store, HERE / "library.jsonl")

    def dump(self, store=None):
        return self.ok("dump", store or self.store).out

    def unchanged(self, before):
        self.assertEqual(self.dump(), before)
        self.ok("check", self.store)

    def golden(self, name, text):
        """Compares with golden/NAME; KINDRED_WRITE_GOLDEN=1 writes it instead. The files of the
        tree have plain line ends: the CR LF of CSV is checked here and taken off."""
        path = HERE / "golden" / name
        if name.endswith(".csv"):
            self.assertEqual(text.count("\r\n"), text.count("\n"))
            text = text.replace("\r\n", "\n")
        if os.environ.get("KINDRED_WRITE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        self.assertEqual(text, path.read_bytes().decode(), name)


def main():
    unittest.main()
