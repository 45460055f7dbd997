"""apply: changes in ChangeSets, and every way in which they can be wrong."""
import json

import support


class Apply(support.ToolTest):
    def setUp(self):
        super().setUp()
        self.create_library()
        self.before = self.dump()

    def lines(self, *changes):
        return "\n".join("" if change is None else json.dumps(change) for change in changes) + "\n"

    def row(self, table, *key):
        return self.ok("get", self.store, table, *key).records()[0]

    def rejects(self, text, *says):
        path = self.write("changes.jsonl", text)
        result = self.fails(5, "apply", self.store, path, says=says)
        self.assertEqual(self.fails(5, "apply", self.store, path, "--dry-run").err, result.err)
        self.unchanged(self.before)
        return result

    def test_every_operation(self):
        text = self.lines(
            {"op": "insert", "table": "tag", "row": {"name": "new"}},
            {"op": "update", "table": "author", "key": {"author_id": 1}, "set": {"born": None}},
            {"op": "put", "table": "shelf", "row": {"shelf_id": "A1", "room": "moved"}},
            {"op": "put", "table": "shelf", "row": {"shelf_id": "Z9", "room": None}},
            {"op": "delete", "table": "tag", "key": {"name": "unused"}},
            {"op": "delete", "table": "book_tag",
             "keys": [{"book_id": 1, "tag": "classic"}, {"book_id": 2, "tag": "classic"}]})
        result = self.ok("apply", self.store, "-", stdin=text)
        self.assertIn("7 changes", result.err)
        self.row("tag", "new")
        self.assertIsNone(self.row("author", 1)["born"])
        self.assertEqual(self.row("shelf", "A1")["room"], "moved")
        self.row("shelf", "Z9")
        self.assertEqual(self.run_tool("get", self.store, "tag", "unused").code, 1)
        self.assertEqual(self.run_tool("get", self.store, "book_tag", 2, "classic").code, 1)
        self.ok("check", self.store)

    def test_dry_run(self):
        text = self.lines({"op": "delete", "table": "author", "key": {"author_id": 2}})
        self.assertIn("dry run", self.ok("apply", self.store, "-", "--dry-run", stdin=text).err)
        self.unchanged(self.before)

    def test_swap_in_one_change_set(self):
        swap = [{"op": "update", "table": "member", "key": {"member_id": 1},
                 "set": {"email": "bob@example.org"}},
                {"op": "update", "table": "member", "key": {"member_id": 2},
                 "set": {"email": "ann@example.org"}}]
        self.rejects(self.lines(swap[0], None, swap[1]), "changes.jsonl:1", "member.email",
                     "unique")
        self.ok("apply", self.store, "-", stdin=self.lines(*swap))
        self.assertEqual(self.row("member", 1)["email"], "bob@example.org")

    def test_later_sets_see_earlier_ones(self):
        row = self.row("author", 1)
        books = len([r for r in self.ok("dump", self.store, "book").records()
                     if r["row"]["author_id"] == 1])
        self.assertGreater(books, 0)
        delete = {"op": "delete", "table": "author", "key": {"author_id": 2}}
        insert = {"op": "insert", "table": "author", "row": {**row, "author_id": 2}}
        # In one set it is a row switch: books stay. In two the delete cascades first.
        self.ok("apply", self.store, "-", "--dry-run", stdin=self.lines(delete, insert))
        self.ok("apply", self.store, "-", stdin=self.lines(delete, insert))
        self.assertTrue(self.books_of(2))
        self.ok("apply", self.store, "-", stdin=self.lines(delete, None, None, insert))
        self.assertFalse(self.books_of(2))
        self.ok("check", self.store)

    def books_of(self, author):
        return [r for r in self.ok("dump", self.store, "book").records()
                if r["row"]["author_id"] == author]

    def test_key_change(self):
        text = self.lines({"op": "update", "table": "tag", "key": {"name": "unused"},
                           "set": {"name": "used"}})
        self.ok("apply", self.store, "-", stdin=text)
        self.row("tag", "used")
        self.assertEqual(self.run_tool("get", self.store, "tag", "unused").code, 1)

    def test_wrong_lines(self):
        good = {"op": "insert", "table": "tag", "row": {"name": "new"}}
        wrong = [
            ('{"op":', "changes.jsonl:2"),
            ("[]", "changes.jsonl:2"),
            ({"table": "tag", "row": {"name": "x"}}, "op"),
            ({"op": "remove", "table": "tag", "key": {"name": "x"}}, "remove"),
            ({"op": 5, "table": "tag", "key": {"name": "x"}}, "op"),
            ({"op": "insert", "row": {"name": "x"}}, "table"),
            ({"op": "insert", "table": "tagg", "row": {"name": "x"}}, "tagg"),
            ({"op": "insert", "table": "tag"}, "row"),
            ({"op": "insert", "table": "tag", "row": {"name": "x"}, "key": {"name": "x"}}, "key"),
            ({"op": "insert", "table": "tag", "row": {"nam": "x"}}, "nam"),
            ({"op": "insert", "table": "tag", "row": 5}, "row"),
            ({"op": "update", "table": "tag", "key": {"name": "classic"}}, "set"),
            ({"op": "update", "table": "tag", "set": {"name": "x"}}, "key"),
            ({"op": "update", "table": "tag", "key": {"nam": "x"}, "set": {}}, "nam"),
            ({"op": "update", "table": "author", "key": {"author_id": 1, "name": "x"},
              "set": {"name": "y"}}, "name"),
            ({"op": "update", "table": "author", "key": {"author_id": "1x"},
              "set": {"name": "y"}}, "author_id"),
            ({"op": "update", "table": "author", "key": {"author_id": 1},
              "set": {"born": "never"}}, "born"),
            ({"op": "update", "table": "author", "key": {"author_id": 1},
              "set": {"name": None}}, "name"),
            ({"op": "delete", "table": "tag"}, "key"),
            ({"op": "delete", "table": "tag", "key": {}}, "name"),
            ({"op": "delete", "table": "book_tag", "key": {"book_id": 1}}, "tag"),
            ({"op": "delete", "table": "tag", "key": {"name": "a"}, "keys": []}, "keys"),
            ({"op": "delete", "table": "tag", "keys": {"name": "a"}}, "keys"),
            ({"op": "delete", "table": "book_tag", "keys": [5]}, "book_id, tag"),
            ({"op": "delete", "table": "tag", "key": {"name": "x"}, "extra": 1}, "extra"),
        ]
        for change, part in wrong:
            with self.subTest(change=change):
                line = change if isinstance(change, str) else json.dumps(change)
                self.rejects(json.dumps(good) + "\n" + line + "\n", "changes.jsonl:2", part)

    def test_missing_rows(self):
        self.rejects(self.lines({"op": "delete", "table": "tag", "key": {"name": "absent"}}),
                     "changes.jsonl:1", "tag", "missing_row")
        self.rejects(self.lines({"op": "update", "table": "author", "key": {"author_id": 4711},
                                 "set": {"name": "x"}}),
                     "changes.jsonl:1", "author", "missing_row")

    def test_restrict(self):
        self.rejects("\n\n" + self.lines({"op": "delete", "table": "book", "key": {"book_id": 1}}),
                     "changes.jsonl:3", "restrict")

    def test_restrict_behind_a_cascade(self):
        """What the store itself would delete has no line: the lines of the ChangeSet are named."""
        delete = {"op": "delete", "table": "author", "key": {"author_id": 1}}
        insert = {"op": "insert", "table": "tag", "row": {"name": "a"}}
        self.rejects(self.lines(insert, None, delete), "changes.jsonl:3: book", "loan", "restrict")
        self.rejects(self.lines(delete, insert), "changes.jsonl:1-2: book", "restrict")

    def test_positions_in_a_later_set(self):
        tag = lambda name: {"op": "insert", "table": "tag", "row": {"name": name}}
        text = self.lines(tag("a"), tag("b"), None, tag("c"), tag("classic"), None, tag("d"))
        self.rejects(text, "changes.jsonl:5", "duplicate_key")

    def test_positions_behind_many_keys(self):
        text = self.lines(
            {"op": "delete", "table": "book_tag",
             "keys": [{"book_id": 1, "tag": "classic"}, {"book_id": 2, "tag": "classic"}]},
            {"op": "insert", "table": "tag", "row": {"name": "classic"}})
        self.rejects(text, "changes.jsonl:2", "duplicate_key")

    def test_all_wrong_lines_are_named(self):
        bad = {"op": "insert", "table": "tag", "row": {"name": 5}}
        good = {"op": "insert", "table": "tag", "row": {"name": "x"}}
        self.rejects(self.lines(bad, good, None, bad), "changes.jsonl:1", "changes.jsonl:4")

    def test_nothing_to_apply(self):
        self.ok("apply", self.store, "-", stdin="\n \n")
        self.unchanged(self.before)


if __name__ == "__main__":
    support.main()
