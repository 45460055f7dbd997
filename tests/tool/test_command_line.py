"""Arguments, where the store comes from, exit codes."""
import json
import os
import signal
import subprocess

import support
from support import TOOL, HERE


class CommandLine(support.ToolTest):
    def test_help_names_every_command(self):
        text = self.ok("--help").out
        for command in ("create", "load", "apply", "tables", "schema", "get", "refs", "impact",
                        "dump", "check"):
            self.assertIn(f"  {command} ", text)
            self.assertIn(f"kindred {command} STORE", self.ok(command, "--help").out)

    def test_documentation_names_every_option(self):
        manual = (support.ROOT / "docs" / "tool.md").read_text()
        page = (support.ROOT / "tools" / "kindred" / "kindred.1.scd").read_text()
        commands = ("", "create", "load", "apply", "tables", "schema", "refs", "dump", "check")
        for command in commands:
            text = self.ok(*filter(None, [command]), "--help").out
            options = {word.rstrip(",") for line in text.splitlines()
                       for word in line.replace(",", " ").split() if word.startswith("--")}
            options.discard("--")
            self.assertIn("--help", options)
            for option in options:
                self.assertIn(option, manual, command)
                self.assertIn(option.replace("-", "\\-"), page.replace("-", "\\-"), command)

    def test_version(self):
        self.assertRegex(self.ok("--version").out, r"^kindred \d+\.\d+\.\d+\n$")

    def test_wrong_command_lines(self):
        self.create_library()
        for line in ([], ["nonsense"], ["tables"], ["tables", self.store, "more"],
                     ["tables", self.store, "--nonsense"], ["get", self.store],
                     ["get", self.store, "author"], ["create", self.store],
                     ["tables", self.store, "-f", "xml"], ["schema", self.store, "--as", "ddl"],
                     ["dump", self.store, "--as", "csv"], ["dump", self.store, "--plain"],
                     ["dump", self.store, "--limit", "-1"],
                     ["refs", self.store, "author", "1", "--depth", "0"],
                     ["refs", self.store, "author", "1", "--tree", "-f", "json"],
                     ["refs", self.store, "author", "1", "--via", "nobody"],
                     ["check", self.store, "--table", "nobody"]):
            with self.subTest(line=line):
                self.assertEqual(self.fails(2, *line).out, "")

    def test_unknown_table_suggests(self):
        self.create_library()
        self.fails(2, "get", self.store, "athor", "1", says=["athor", "did you mean 'author'?"])
        self.fails(2, "dump", self.store, "athor", says="did you mean 'author'?")
        self.fails(2, "schema", self.store, "zzzzzzzz", says="kindred tables")

    def test_store_from_option_and_environment(self):
        self.create_library()
        expected = self.ok("get", self.store, "author", "1").out
        self.assertEqual(self.ok("get", "-s", self.store, "author", "1").out, expected)
        self.assertEqual(self.ok("--store", self.store, "get", "author", "1").out, expected)
        self.assertEqual(self.ok("get", "lmdb:" + self.store, "author", "1").out, expected)
        there = {"KINDRED_STORE": self.store}
        self.assertEqual(self.ok("get", "author", "1", env=there).out, expected)
        self.assertEqual(self.ok("tables", env=there).out, self.ok("tables", self.store).out)
        # The option and a surplus argument win over the variable.
        wrong = {"KINDRED_STORE": self.path("missing.kdb")}
        self.assertEqual(self.ok("get", "-s", self.store, "author", "1", env=wrong).out, expected)
        self.ok("tables", self.store, env=wrong)
        self.fails(3, "tables", env=wrong, says="missing.kdb")

    def test_arguments_arrive_as_typed(self):
        self.create_library(rows=False)
        for name in ("", "[a,b]", "[", "-x", "--", "--help", "{}", " a ", "\x01[", "a=b"):
            text = json.dumps({"op": "insert", "table": "tag", "row": {"name": name}})
            self.ok("apply", self.store, "-", stdin=text)
            self.assertEqual(self.ok("get", self.store, "tag", "--", name).records(),
                             [{"name": name}])
            if not name.startswith(("-", "\x01")):
                self.assertEqual(self.ok("get", self.store, "tag", name).records(),
                                 [{"name": name}])
        self.ok("dump", self.store, "--out", "[a,b]")
        self.assertTrue((self.folder / "[a,b]" / "schema.json").exists())
        self.ok("tables", "-s", self.store, "-o", "[x]")
        self.assertTrue((self.folder / "[x]").exists())

    def test_missing_store_is_never_created(self):
        missing = self.path("missing.kdb")
        for line in (["tables"], ["dump"], ["check"], ["get", "author", "1"],
                     ["load", str(HERE / "library.jsonl")], ["apply", "-"]):
            with self.subTest(line=line):
                self.fails(3, line[0], missing, *line[1:], says="missing.kdb")
        self.assertEqual(os.listdir(self.folder), [])

    def test_not_a_store(self):
        for name, content in (("text.kdb", "this is no store\n" * 1000), ("empty.kdb", ""),
                              ("zeros.kdb", b"\0" * 65536)):
            path = self.write(name, content)
            with self.subTest(name=name):
                result = self.run_tool("tables", path)
                self.assertIn(result.code, (3, 4), result.err)
                self.assertIn(name, result.err)
        self.fails(3, "tables", str(self.folder), says=str(self.folder))

    def test_create_refuses_what_is_there(self):
        self.create_library()
        before = self.dump()
        self.fails(3, "create", self.store, "--schema", HERE / "library.json", says="library.kdb")
        self.unchanged(before)
        other = self.write("other.kdb", "mine")
        self.fails(3, "create", other, "--schema", HERE / "library.json")
        self.assertEqual((self.folder / "other.kdb").read_text(), "mine")

    def test_wrong_schema_files(self):
        good = (HERE / "library.json").read_text()
        wrong = {
            "no JSON": good[:200],
            "empty": "",
            "no object": "[1]",
            "unknown type": good.replace('"int64"', '"int65"', 1),
            "unknown table": good.replace('"table": "author"', '"table": "autor"', 1),
            "unknown column": good.replace('"primary_key": ["author_id"]',
                                           '"primary_key": ["autor_id"]', 1),
        }
        for name, text in wrong.items():
            with self.subTest(name=name):
                self.assertNotEqual(text, good)
                path = self.write("schema.json", text)
                self.fails(5, "create", self.store, "--schema", path, says="schema.json")
                self.assertFalse((self.folder / "library.kdb").exists())
        self.fails(3, "create", self.store, "--schema", self.path("absent.json"),
                   says="absent.json")

    def test_no_permission(self):
        self.create_library()
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        os.chmod(self.store, 0)
        self.fails(3, "tables", self.store, says="library.kdb")

    def test_output_file(self):
        self.create_library()
        expected = self.dump()
        self.assertEqual(self.ok("dump", self.store, "-o", self.path("out.jsonl")).out, "")
        self.assertEqual((self.folder / "out.jsonl").read_text(), expected)
        self.fails(7, "dump", self.store, "-o", self.path("absent/out"), says="absent/out")

    def test_full_disk_under_output(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        self.create_library()
        self.fails(7, "dump", self.store, "-o", "/dev/full", says="/dev/full")

    def test_closed_pipe_is_quiet(self):
        self.create_library(rows=False)
        many = "".join(f'{{"name":"tag{i:06}"}}\n' for i in range(20000))
        self.ok("load", self.store, "-", "--table", "tag", stdin=many)
        process = subprocess.Popen([TOOL, "dump", self.store], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment({}))
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(), 0)

    def test_interrupt_rolls_back(self):
        self.create_library()
        before = self.dump()
        process = subprocess.Popen([TOOL, "load", self.store, "-", "--table", "tag"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment({}))
        # More than a pipe holds: once it is written, the command has begun to read.
        process.stdin.write(b'{"name":"interrupted"}\n' + b"\n" * (1 << 20))
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        _, err = process.stdout.read(), process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(process.wait(), 130, err)
        self.assertIn(b"interrupted", err)
        self.unchanged(before)


if __name__ == "__main__":
    support.main()
