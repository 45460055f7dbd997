"""load: its three forms of input, and every way in which input can be wrong."""
import json

import support
from support import HERE


class Load(support.ToolTest):
    def setUp(self):
        super().setUp()
        self.create_library()
        self.before = self.dump()

    def rejects(self, text, *says, table=None):
        """The input is refused with exit code 5 and a message of these parts; nothing changes."""
        options = ["--table", table] if table else []
        path = self.write("input.jsonl", text)
        result = self.fails(5, "load", self.store, path, *options, says=says)
        self.assertEqual(result.out, "")
        again = self.fails(5, "load", self.store, path, *options, "--dry-run")
        self.assertEqual(again.err, result.err)
        self.unchanged(self.before)
        return result

    def test_plain_rows(self):
        result = self.ok("load", self.store, "-", "--table", "tag",
                         stdin='{"name":"new"}\n\n{"name":"newer"}')
        self.assertIn("2 rows", result.err)
        self.ok("get", self.store, "tag", "new", "newer")

    def test_stream(self):
        lines = [{"table": "tag", "row": {"name": "t"}},
                 {"row": {"author_id": 50, "name": "A"}, "table": "author"}]
        self.ok("load", self.store, "-", stdin="\n".join(map(json.dumps, lines)))
        row = self.ok("get", self.store, "author", "50").records()[0]
        self.assertEqual(row, {"author_id": 50, "name": "A", "born": None})

    def test_byte_order_mark_and_carriage_returns(self):
        self.ok("load", self.store, "-", "--table", "tag",
                stdin=b'\xef\xbb\xbf{"name":"one"}\r\n\r\n{"name":"two"}\r\n')
        self.ok("get", self.store, "tag", "one", "two")

    def test_nothing_to_load(self):
        self.ok("load", self.store, "-", stdin="\n\n")
        self.unchanged(self.before)

    def test_dry_run_writes_nothing(self):
        result = self.ok("load", self.store, "-", "--table", "tag", "--dry-run",
                         stdin='{"name":"new"}')
        self.assertIn("dry run", result.err)
        self.unchanged(self.before)

    def test_forward_references_and_cycles(self):
        rows = [{"table": "member", "row": {"member_id": 71, "name": "a", "email": "a",
                                            "sponsor_id": 72}},
                {"table": "book", "row": {"book_id": 70, "title": "t", "author_id": 77,
                                          "price": "1.00", "added": "2020-01-01T00:00:00"}},
                {"table": "member", "row": {"member_id": 72, "name": "b", "email": "b",
                                            "sponsor_id": 71}},
                {"table": "author", "row": {"author_id": 77, "name": "later"}}]
        self.ok("load", self.store, "-", stdin="\n".join(map(json.dumps, rows)))
        self.ok("check", self.store)

    def test_sequence_key_is_assigned(self):
        self.ok("load", self.store, "-", "--table", "author", stdin='{"name":"unnumbered"}')
        names = {r["row"]["name"]: r["row"]["author_id"]
                 for r in self.ok("dump", self.store, "author").records()}
        self.assertGreater(names["unnumbered"],
                           max(v for k, v in names.items() if k != "unnumbered"))

    def test_directory(self):
        (self.folder / "data").mkdir()
        self.write("data/tag.jsonl", '{"name":"d1"}\n')
        self.write("data/author.jsonl", '{"author_id":60,"name":"d"}\n')
        self.write("data/unrelated.jsonl", "this is not for us")
        self.write("data/readme.txt", "neither is this")
        result = self.ok("load", self.store, self.path("data"))
        self.assertIn("unrelated.jsonl", result.err)
        self.assertNotIn("readme", result.err)
        self.ok("get", self.store, "tag", "d1")
        self.ok("get", self.store, "author", "60")

    def test_directory_near_miss_and_dump_folder(self):
        (self.folder / "data").mkdir()
        self.write("data/authr.jsonl", '{"author_id":60,"name":"d"}\n')
        self.fails(5, "load", self.store, self.path("data"), says=["authr.jsonl", "author"])
        (self.folder / "data/authr.jsonl").rename(self.folder / "data/unrelated.jsonl")
        self.fails(5, "load", self.store, self.path("data"), says="data")  # nothing fits
        self.write("data/schema.json", "{}")
        self.fails(5, "load", self.store, self.path("data"), says="unrelated.jsonl")
        self.fails(2, "load", self.store, self.path("data"), "--table", "tag", says="--table")
        self.unchanged(self.before)

    def test_missing_input(self):
        self.fails(3, "load", self.store, self.path("absent.jsonl"), says="absent.jsonl")
        self.fails(2, "load", self.store, HERE / "library.jsonl", "--table", "absent",
                   says="absent")

    # ---- wrong lines: file:line, table, column, rule

    def test_no_json(self):
        self.rejects('{"name":"a"}\n{"name":', "input.jsonl:2", table="tag")
        self.rejects('{"name":"a"} {"name":"b"}\n', "input.jsonl:1", table="tag")
        self.rejects('[1]\n', "input.jsonl:1", table="tag")
        self.rejects('"text"\n', "input.jsonl:1", table="tag")
        self.rejects('{"name":"\x01"}\n', "input.jsonl:1", table="tag")

    def test_not_utf8(self):
        self.rejects(b'{"name":"ok"}\n{"name":"\xff\xfe"}\n', "input.jsonl:2", table="tag")
        self.rejects(rb'{"name":"\ud800"}', "input.jsonl:1", table="tag")

    def test_deep_nesting(self):
        self.rejects('{"name":' + "[" * 100000 + "]" * 100000 + "}", "input.jsonl:1", table="tag")

    def test_wrong_envelope(self):
        self.rejects('{"name":"a"}\n', "input.jsonl:1", "--table")
        self.rejects('{"table":"tag"}\n', "input.jsonl:1", "row")
        self.rejects('{"table":"tag","row":{"name":"a"},"extra":1}\n', "input.jsonl:1", "extra")
        self.rejects('{"table":1,"row":{"name":"a"}}\n', "input.jsonl:1", "table")
        self.rejects('{"table":"tag","row":[]}\n', "input.jsonl:1", "row")

    def test_unknown_table_and_column(self):
        self.rejects('{"table":"tagg","row":{}}\n', "input.jsonl:1", "tagg", "tag")
        self.rejects('{"table":"tag","row":{"name":"a"}}\n{"table":"tag","row":{"nam":"a"}}',
                     "input.jsonl:2", "tag", "nam")

    def test_column_named_twice(self):
        self.rejects('{"name":"a","name":"b"}\n', "input.jsonl:1", "name", table="tag")

    def test_wrong_values(self):
        book = {"book_id": 90, "title": "t", "author_id": 1, "price": "1.00",
                "added": "2020-01-01T00:00:00"}
        wrong = {"book_id": ["x", 1.5, True, [1], 2**63, -2**63 - 1, 1e30],
                 "title": [1, None, "t" * 121, {"a": 1}],
                 "price": ["1.001", "x", "12345678.00", True],
                 "added": ["2020-13-01T00:00:00", "2020-02-30T00:00:00", "yesterday", 5.5],
                 "author_id": [None, "one"]}
        for column, values in wrong.items():
            for value in values:
                with self.subTest(column=column, value=str(value)[:30]):
                    text = "\n" + json.dumps({"table": "book", "row": {**book, column: value}})
                    self.rejects(text, "input.jsonl:2", "book", column)

    def test_missing_value(self):
        self.rejects('{"author_id":90}\n', "input.jsonl:1", "author", "name", table="author")

    def test_check_constraint(self):
        row = {"book_id": 90, "title": "t", "author_id": 1, "price": "-1.00",
               "added": "2020-01-01T00:00:00"}
        self.rejects(json.dumps(row), "input.jsonl:1", "book", "price", table="book")

    def test_duplicate_keys(self):
        self.rejects('{"name":"fresh"}\n{"name":"classic"}\n', "input.jsonl:2", "tag",
                     "duplicate_key", table="tag")
        self.rejects('{"name":"fresh"}\n\n{"name":"fresh"}\n', "input.jsonl:3", "tag",
                     "duplicate_key", table="tag")

    def test_unique(self):
        self.rejects('{"member_id":90,"name":"n","email":"ann@example.org"}\n', "input.jsonl:1",
                     "member", "email", "unique", table="member")

    def test_broken_reference(self):
        self.rejects('\n\n{"name":"x","member_id":90,"email":"e","sponsor_id":4711}\n',
                     "input.jsonl:3", "member", "sponsor_id", "foreign_key", table="member")

    def test_long_key(self):
        self.rejects(json.dumps({"name": "k" * 5000}), "input.jsonl:1", "tag", table="tag")

    def test_all_wrong_lines_are_named(self):
        text = '{"name":1}\n{"name":"good"}\n{"name":2}\n'
        self.rejects(text, "input.jsonl:1", "input.jsonl:3", table="tag")

    def test_file_and_line_across_a_directory(self):
        (self.folder / "data").mkdir()
        self.write("data/author.jsonl", '{"author_id":60,"name":"d"}\n\n{"author_id":61,"name":"e"}')
        self.write("data/tag.jsonl", '\n{"name":"a"}\n{"name":"b"}\n{"name":"classic"}\n')
        self.fails(5, "load", self.store, self.path("data"), says="tag.jsonl:4")
        self.unchanged(self.before)

    def test_schema_line(self):
        stream = self.ok("dump", self.store, "--schema", "shelf", "--limit", "1").out
        self.assertTrue(stream.startswith('{"schema":{'))
        self.ok("create", self.path("b.kdb"), "--schema", HERE / "library.json")
        self.ok("load", self.path("b.kdb"), "-", stdin=stream)
        other = json.loads((HERE / "library.json").read_text())
        for table in other["tables"]:
            if table["name"] == "shelf":
                table["columns"][1]["nullable"] = not table["columns"][1].get("nullable", False)
        self.ok("create", self.path("c.kdb"), "--schema",
                self.write("other.json", json.dumps(other)))
        self.fails(5, "load", self.path("c.kdb"), "-", stdin=stream, says=["<stdin>:1", "shelf"])


if __name__ == "__main__":
    support.main()
