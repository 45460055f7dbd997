// Many-to-many, with and without an entity between: the behaviour cases SA-M2M-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(many_to_many)

using namespace kindred;
using namespace kindred::session_test;

namespace {
std::uint64_t links(const Store& store) { return store.snapshot().count("post_tags"); }

struct Tagged {
  Ref<Post> post;
  std::vector<Ref<Tag>> tags;
};
// A stored post with these tags.
Tagged stored_post(Session& session, std::initializer_list<const char*> names) {
  Tagged out;
  out.post = session.add(Post{.title = "p"});
  for (const char* name : names) out.tags.push_back(out.post->tags.append(Tag{.name = name}));
  session.commit();
  return out;
}

// How many rows of the table between were written.
template <class F>
std::string written(const Store& store, const F& work) {
  const auto before = links(store);
  const auto version = store.snapshot().version();
  work();
  const auto after = links(store);
  return std::to_string(static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before)) +
         (store.snapshot().version() == version ? ", no commit" : "");
}

// Keywords that know nothing of their articles.
struct Keyword {
  static constexpr auto tablename = "keywords";
  Mapped<std::string, primary_key> word;
};
struct Essay {
  static constexpr auto tablename = "essays";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Keyword>, secondary<"essay_words">> words;
};
using Essays = Registry<Keyword, Essay>;
}  // namespace

BOOST_AUTO_TEST_CASE(SA_M2M_04) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto [post, tags] = stored_post(session, {"a", "b"});
      const auto other = session.add(Post{.title = "o"});
      other->tags.append(tags[0]);
      session.commit();
      if (!loaded) session.expire_all();
      session.erase(post);
      session.commit();
      BOOST_TEST(links(store) == 1u);
      BOOST_TEST(store.get<Tag>(*tags[0]->id).has_value());
      BOOST_TEST(store.get<Tag>(*tags[1]->id).has_value());
      BOOST_TEST(tags[0]->posts.size() == 1u);
      BOOST_TEST(tags[1]->posts.empty());
      session.erase(other);
      session.commit();
      BOOST_TEST(links(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_04_the_other_side) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [post, tags] = stored_post(session, {"a", "b"});
    session.erase(tags[0]);
    session.flush();
    BOOST_TEST(joined(post->tags) == "b");
    session.rollback();
    BOOST_TEST(joined(post->tags) == "a b");
    session.erase(tags[0]);
    session.commit();
    BOOST_TEST(joined(post->tags) == "b");
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST(links(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_04_one_side_only) {
  on_each_store_of<Essays>([](const Store& store) {
    Session session{store};
    const auto essay = session.add(Essay{});
    const auto word = essay->words.append(Keyword{.word = "x"});
    essay->words.append(Keyword{.word = "y"});
    session.commit();
    BOOST_TEST(store.snapshot().count("essay_words") == 2u);
    session.erase(word);
    session.commit();
    BOOST_TEST(store.snapshot().count("essay_words") == 1u);
    BOOST_TEST(essay->words.size() == 1u);
    session.erase(essay);
    session.commit();
    BOOST_TEST(store.snapshot().count("essay_words") == 0u);
    BOOST_TEST(rows<Keyword>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// Linked from both sides: one row.
BOOST_AUTO_TEST_CASE(SA_M2M_08) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto post = session.add(Post{.title = "p"});
    const auto tag = session.add(Tag{.name = "t"});
    post->tags.append(tag);
    tag->posts.append(post);
    session.commit();
    BOOST_TEST(links(store) == 1u);
    session.expire_all();
    tag->posts.append(post);
    post->tags.append(tag);
    session.commit();
    BOOST_TEST(links(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_10) {
  on_each_store([](const Store& store) {
    std::int64_t post_id = 0;
    std::int64_t tag_id = 0;
    {
      Session session{store};
      const auto made = stored_post(session, {"t"});
      post_id = *made.post->id;
      tag_id = *made.tags[0]->id;
    }
    for (int way = 0; way < 4; ++way) {
      Session session{store};
      const auto post = session.get<Post>(post_id);
      const auto tag = session.get<Tag>(tag_id);
      if (way == 1) BOOST_TEST(post->tags.size() == 1u);
      if (way == 2) BOOST_TEST(tag->posts.size() == 1u);
      if (way == 3)
        tag->posts.append(post);
      else
        post->tags.append(tag);
      session.commit();
      BOOST_TEST(links(store) == 1u);
      BOOST_TEST(post->tags.size() == 1u);
      BOOST_TEST(tag->posts.size() == 1u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

// And linked by another writer meanwhile.
BOOST_AUTO_TEST_CASE(SA_M2M_10_two_sessions) {
  on_each_store([](const Store& store) {
    std::int64_t post_id = 0;
    std::int64_t tag_id = 0;
    {
      Session session{store};
      post_id = *stored_post(session, {}).post->id;
      const auto tag = session.add(Tag{.name = "t"});
      session.commit();
      tag_id = *tag->id;
    }
    Session one{store};
    Session two{store};
    one.get<Post>(post_id)->tags.append(one.get<Tag>(tag_id));
    two.get<Tag>(tag_id)->posts.append(two.get<Post>(post_id));
    one.commit();
    two.commit();
    BOOST_TEST(links(store) == 1u);
    one.get<Post>(post_id)->tags.remove(one.get<Tag>(tag_id));
    two.get<Post>(post_id)->tags.remove(two.get<Tag>(tag_id));
    one.commit();
    two.commit();
    BOOST_TEST(links(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_13) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [post, tags] = stored_post(session, {"a", "b"});
    BOOST_TEST(written(store, [&, post = post, tag = tags[0]] {
                 post->tags.remove(tag);
                 post->tags.append(tag);
                 session.commit();
               }) == "0, no commit");
    BOOST_TEST(written(store, [&, post = post, tag = tags[0]] {
                 post->tags.remove(tag);
                 tag->posts.append(post);  // back from the other side
                 session.commit();
               }) == "0, no commit");
    session.expire_all();  // unloaded, the last word counts
    BOOST_TEST(written(store, [&, post = post, tag = tags[0]] {
                 post->tags.remove(tag);
                 tag->posts.append(post);
                 session.commit();
               }).substr(0, 1) == "0");
    BOOST_TEST(post->tags.size() == 2u);
    const auto fresh = session.add(Tag{.name = "c"});
    session.commit();
    BOOST_TEST(written(store, [&, post = post] {
                 post->tags.append(fresh);
                 post->tags.remove(fresh);
                 session.commit();
               }) == "0, no commit");
    BOOST_TEST(fresh->posts.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_15) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto [post, tags] = stored_post(session, {"a", "b"});
      const auto c = session.add(Tag{.name = "c"});
      session.commit();
      for (const auto& tag : tags) BOOST_TEST(tag->posts.size() == 1u);
      if (!loaded) session.expire_all();
      const auto before = links(store);
      post->tags = {tags[1], c};
      BOOST_TEST(inspect(post).appended<&Post::tags>().size() == 1u);
      BOOST_TEST(inspect(post).removed<&Post::tags>().size() == 1u);
      BOOST_TEST(joined(post->tags) == "b c");
      BOOST_TEST(tags[0]->posts.empty());
      BOOST_TEST(tags[1]->posts.contains(post));
      BOOST_TEST(c->posts.contains(post));
      session.commit();
      BOOST_TEST(links(store) == before);
      session.expire_all();
      BOOST_TEST(joined(post->tags) == "b c");
      BOOST_TEST(tags[0]->posts.empty());
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_16) {
  on_each_store([](const Store& store) {
    const auto friends = [&] { return store.snapshot().count("friends"); };
    Session session{store};
    const auto a = session.add(Person{.name = "a"});
    const auto b = session.add(Person{.name = "b"});
    a->right.append(b);
    BOOST_TEST(b->left.contains(a));
    BOOST_TEST(b->right.empty());
    BOOST_TEST(a->left.empty());
    session.commit();
    BOOST_TEST(friends() == 1u);
    b->right.append(a);
    session.commit();
    BOOST_TEST(friends() == 2u);
    BOOST_TEST(joined(a->left) == "b");
    BOOST_TEST(joined(a->right) == "b");
    session.expire_all();
    BOOST_TEST(joined(b->left) == "a");
    BOOST_TEST(joined(b->right) == "a");
    a->right.remove(b);  // one of the two
    session.commit();
    BOOST_TEST(friends() == 1u);
    BOOST_TEST(b->left.empty());
    BOOST_TEST(joined(a->left) == "b");
    a->right.append(a);  // itself
    session.commit();
    BOOST_TEST(joined(a->left) == "b a");
    BOOST_TEST(friends() == 2u);
    session.erase(a);
    session.commit();
    BOOST_TEST(friends() == 0u);
    BOOST_TEST(b->right.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_17) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto student = session.add(Student{});
    const auto course = session.add(Course{.title = "maths"});
    const auto link = make_ref(Enrolment{.grade = "A"});
    link->course = course;
    student->enrolments.append(link);
    session.flush();
    BOOST_TEST(*link->student_id == *student->id);
    BOOST_TEST(*link->course_id == *course->id);
    BOOST_TEST(*student->id != 0);
    session.commit();
    BOOST_TEST(*store.get<Enrolment>(*student->id, *course->id)->grade == "A");
    BOOST_TEST((session.get<Enrolment>(*student->id, *course->id) == link));
    link->grade = "B";
    session.commit();
    BOOST_TEST(*store.get<Enrolment>(*student->id, *course->id)->grade == "B");
    student->enrolments.remove(link);  // key parts cannot be null: it is owned
    session.commit();
    BOOST_TEST(rows<Enrolment>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_M2M_17_ways_to_give_the_key) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto student = session.add(Student{});
    const auto course = session.add(Course{.title = "maths"});
    session.commit();
    const auto other = session.add(Student{});
    // Parents with keys, parents without, and columns alone.
    student->enrolments.append(Enrolment{.grade = "1", .course = course});
    session.add(Enrolment{.grade = "2", .student = other, .course = course});
    session.commit();
    session.add(Enrolment{.student_id = *other->id, .course_id = *course->id + 1, .grade = "3"});
    session.add(Course{.id = *course->id + 1, .title = "art"});
    session.commit();
    BOOST_TEST(rows<Enrolment>(store) == 3u);
    BOOST_TEST(other->enrolments.size() == 2u);
    BOOST_TEST(student->enrolments.size() == 1u);
    // The same pair again is the key again.
    const auto again = student->enrolments.append(Enrolment{.grade = "4", .course = course});
    BOOST_TEST(refusal(session).find("duplicate_key enrolments") == 0u);
    BOOST_TEST(rows<Enrolment>(store) == 3u);
    student->enrolments.remove(again);
    session.erase(course);
    BOOST_TEST(refusal(session) != "");  // enrolments are not the course's to delete
    session.add(course);
    session.erase(student);
    session.commit();
    BOOST_TEST(rows<Enrolment>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// Without its parents the link has no key.
BOOST_AUTO_TEST_CASE(SA_M2M_17_incomplete) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto student = session.add(Student{});
    const auto link = student->enrolments.append(Enrolment{.grade = "A"});
    BOOST_TEST(refusal(session) == "not_null enrolments(course_id)");
    BOOST_TEST((inspect(link).life() == Life::pending));
    link->course = session.add(Course{.title = "maths"});
    session.commit();
    BOOST_TEST(rows<Enrolment>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
