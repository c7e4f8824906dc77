/* rig.h - a whole run for tests of rewriting: rules in a temporary folder, a message in, the
 * message that leaves out. Notices are one letter long, so that a mark is easy to read. */
#ifndef CORDON_TESTS_REWRITE_RIG_H
#define CORDON_TESTS_REWRITE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "inspect.h"
#include "policy.h"
#include "rewrite.h"

#define RIG_REF "K7QF-3M2P-XW"
#define RIG_HEAD                                                                                   \
  "From: a@vendor.example\r\nTo: b@dept.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"

typedef struct rig {
  char *dir;
  Ruleset *rules;
  FileScanner *scanner;
} Rig;

typedef struct rig_result {
  Reply *reply;
  GBytes *bytes; /* as it leaves */
  char *text;    /* the same; NUL-ended */
} RigResult;

static const char rig_policy[] =
    "rule \"exe\" { on = file type = { executable } action = remove notice = prog\n"
    "  tier = danger }\n"
    "rule \"gone\" { on = link host = { \"gone.example\" } action = remove notice = bad\n"
    "  tier = danger }\n"
    "rule \"flag\" { on = link host = { \"flag.example\" } action = flag notice = note\n"
    "  tier = policy }\n"
    "rule \"info\" { on = link host = { \"info.example\" } action = defang notice = note\n"
    "  tier = information }\n"
    "rule \"quiet\" { on = link host = { \"quiet.example\" } action = defang notice = note\n"
    "  tier = none }\n"
    "rule \"kill\" { on = link host = { \"kill.example\", \"die.example\", \"idn.xn--fiqs8s\" }\n"
    "  action = defang notice = kill tier = policy }\n";

static const char rig_types[] =
    "group \"executable\" { extensions = { exe } content = { \"application/x-dosexec\" } }\n";

static inline void
rig_write(const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline void
rig_notices(const char *dir)
{
  static const char *const names[] = {"kill", "bad", "note", "prog"};
  static const char *const titles[] = {"Kill", "Bad", "Note", "Prog"};
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_string_append_printf(
        out,
        "notice \"%s\" { title-en = \"%s\" title-zh-hant = \"雲\" title-zh-hans = "
        "\"云\" why-en = \"Why %s.\" why-zh-hant = \"原因。\" why-zh-hans = "
        "\"原因。\" todo-en = \"Do.\" todo-zh-hant = \"請。\" todo-zh-hans = "
        "\"请。\" }\n",
        names[i], titles[i], names[i]);
  rig_write(dir, "notices.conf", out->str);
}

static inline void
rig_folder(const char *dir, const char *name, gboolean make)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  assert_int_equal(make ? g_mkdir(path, 0700) : g_rmdir(path), 0);
}

static inline Rig *
rig_open(const char *policy)
{
  Rig *rig = g_new0(Rig, 1);
  FileScannerOptions options = {"", g_get_tmp_dir(), FALSE};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  rig->dir = g_dir_make_tmp("cordon-rewrite-XXXXXX", NULL);
  rig_folder(rig->dir, "services", TRUE);
  rig_folder(rig->dir, "lists", TRUE);
  rig_write(rig->dir, "cordon.conf", "organisation = \"gate\"\ncontact = \"desk\"\n");
  rig_write(rig->dir, "policy.conf", policy != NULL ? policy : rig_policy);
  rig_write(rig->dir, "types.conf", rig_types);
  rig_notices(rig->dir);
  rig->rules = ruleset_load(rig->dir, errors);
  for (guint i = 0; i < errors->len; i++)
    fprintf(stderr, "%s\n", (char *)g_ptr_array_index(errors, i));
  assert_non_null(rig->rules);
  rig->scanner = file_scanner_new(&options, NULL);
  assert_non_null(rig->scanner);
  assert_int_equal(file_scanner_after_fork(rig->scanner, rig->dir, NULL), 0);
  return rig;
}

static inline void
rig_close(Rig *rig)
{
  static const char *const files[] = {"cordon.conf", "policy.conf", "types.conf", "notices.conf"};
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(rig->dir, files[i], NULL);
    g_unlink(path);
  }
  rig_folder(rig->dir, "services", FALSE);
  rig_folder(rig->dir, "lists", FALSE);
  g_rmdir(rig->dir);
  g_free(rig->dir);
  ruleset_free(rig->rules);
  file_scanner_free(rig->scanner);
  g_free(rig);
}

static inline void
rig_result_clear(RigResult *result)
{
  reply_free(result->reply);
  g_bytes_unref(result->bytes);
  g_free(result->text);
}

/* One pass; fails the test if it cannot be done or its result does not verify. */
static inline RigResult
rig_pass(const Rig *rig, GBytes *raw)
{
  RigResult result = {.reply = reply_new()};
  g_autoptr(GError) error = NULL;
  g_autoptr(Letter) letter = letter_new();
  letter->raw = g_bytes_ref(raw);
  letter_set(&letter->ref, RIG_REF);
  g_autoptr(Tree) tree = tree_parse(letter->raw);
  g_autoptr(GPtrArray) findings = inspect_run(tree, rig->scanner, FALSE);
  policy_classify(rig->rules, findings);
  g_autoptr(Plan) plan = policy_decide(rig->rules, letter, findings);
  plan->verdict = VERDICT_DELIVER;
  int done = rewrite_run(letter, tree, findings, plan, NULL, rig->rules, result.reply, &error);
  if (done != 0)
    fprintf(stderr, "%s\n", error->message);
  assert_int_equal(done, 0);
  result.bytes = reply_apply(letter, result.reply, &error);
  assert_non_null(result.bytes);
  gsize len;
  const char *bytes = g_bytes_get_data(result.bytes, &len);
  result.text = g_strndup(bytes, len);
  return result;
}

static inline gboolean
rig_acts(const Decision *decision)
{
  return decision->action != ACTION_PASS && decision->action != ACTION_FLAG;
}

/* One pass, and a second one that must find nothing to do. */
static inline RigResult
rig_run(const Rig *rig, const char *raw, gssize len)
{
  g_autoptr(GBytes) bytes = g_bytes_new(raw, len < 0 ? strlen(raw) : (gsize)len);
  RigResult first = rig_pass(rig, bytes);
  RigResult second = rig_pass(rig, first.bytes);
  if (reply_changes(second.reply))
    fprintf(stderr, "once:\n%s\ntwice:\n%s\n", first.text, second.text);
  assert_false(reply_changes(second.reply));
  rig_result_clear(&second);
  return first;
}

static inline char *
rig_replace(char *text, const char *pattern, const char *with)
{
  g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_DOTALL | G_REGEX_MULTILINE, 0, NULL);
  assert_non_null(regex);
  char *out = g_regex_replace(regex, text, -1, 0, with, 0, NULL);
  g_free(text);
  return out;
}

/* Looks away from what marks look like: {M host what}, {TOP} and {NOTES}. */
static inline char *
rig_plain(const char *text)
{
  char *out = g_strdup(text);
  out = rig_replace(
      out,
      "<span\r?\n lang=\"en\" style=\"display:inline-block;[^>]*>\\[(?:<span\r?\n></span>)?"
      "(&#\\d+;)(?:&#65038;)? ",
      "{M \\1 ");
  out = rig_replace(out, "\\]</span\r?\n>", "}");
  out = rig_replace(
      out, "<div\r?\n style=\"display:block;[^>]*padding:4px 10px[^>]*>.*?</div\r?\n>", "{TOP}");
  out = rig_replace(out, "<div\r?\n style=\"display:block;[^>]*padding:8px[^>]*>.*?</div\r?\n>",
                    "{NOTES}");
  out = rig_replace(out, "<div\r?\n style=\"display:block;[^>]*padding:2px[^>]*>.*?</div\r?\n>",
                    "{QUIET}");
  out = rig_replace(out, "<(span|b|bdi)\r?\n? [^>]*all:unset[^>]*>", "");
  out = rig_replace(out, "(<span\r?\n></span>|</(span|b|bdi)>)", "");
  out = rig_replace(out, "^(\\[[^\\]\r\n]* K7QF-3M2P-XW\\]\r?\n){2}\r?\n", "{TOP}");
  out = rig_replace(out, "\r?\n-{60}\r?\n.*desk。\r?\n\\z", "{NOTES}");
  out = rig_replace(out, "\r?\n\r?\n-{60}\r?\n.*desk。\\z", "{NOTES}");
  return out;
}

static inline void
assert_text(const char *label, const char *got, const char *want)
{
  if (strcmp(got, want) != 0)
    fprintf(stderr, "%s\n got: %s\nwant: %s\n", label, got, want);
  assert_string_equal(got, want);
}

/* All after the empty line. */
static inline const char *
body_of(const char *text)
{
  const char *body = strstr(text, "\r\n\r\n");
  assert_non_null(body);
  return body + 4;
}

#endif
