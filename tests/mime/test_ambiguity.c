/* test_ambiguity.c - over real mail: ordinary mail is (almost) never ambiguous, and every mail
 * built to hide something from a reader is, or shows it in our own reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

typedef void (*MailFunc)(const char *path, const Tree *tree, void *data);

/* Every file below a folder; FALSE if there is no such folder. */
static gboolean
for_each_mail(const char *folder, MailFunc func, void *data)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text;
    gsize len;

    if (g_file_test(path, G_FILE_TEST_IS_SYMLINK) || for_each_mail(path, func, data))
      continue;
    if (g_file_get_contents(path, &text, &len, NULL)) {
      g_autoptr(GBytes) raw = g_bytes_new_take(text, len);
      g_autoptr(Tree) tree = tree_parse(raw);

      func(path, tree, data);
    }
  }
  g_dir_close(dir);
  return TRUE;
}

static const Anomaly *
find_ambiguity(const Tree *tree)
{
  for (guint i = 0; i < tree->anomalies->len; i++) {
    const Anomaly *anomaly = &g_array_index(tree->anomalies, Anomaly, i);

    if (anomaly_is_ambiguous(anomaly->kind))
      return anomaly;
  }
  return NULL;
}

static char *
corpus(const char *folder)
{
  const char *top = g_getenv("CORDON_CORPORA");

  return g_build_filename(top != NULL ? top : "/nonexistent", folder, NULL);
}

typedef struct count {
  unsigned mails;
  unsigned ambiguous;
} Count;

static void
count_mail(const char *path, const Tree *tree, void *data)
{
  Count *count = data;
  const Anomaly *anomaly = find_ambiguity(tree);
  g_autofree char *name = g_path_get_basename(path);

  if (g_str_has_prefix(name, "spam-"))
    return;
  count->mails++;
  if (anomaly == NULL)
    return;
  count->ambiguous++;
  print_message("%s: %s: %s\n", name, anomaly_name(anomaly->kind), anomaly->detail);
}

/* skip() jumps over what cleans up. */
static void
skip_without(char *folder)
{
  g_free(folder);
  skip();
}

static void
test_ordinary_mail(void **state)
{
  static const char *const folders[] = {"mail/list-ham", "mail/enron-ham", "mail/spamassassin"};
  Count count = {0, 0};

  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autofree char *folder = corpus(folders[i]);

    if (!for_each_mail(folder, count_mail, &count))
      skip_without(g_steal_pointer(&folder));
  }
  print_message("%u of %u ordinary mails are ambiguous\n", count.ambiguous, count.mails);
  assert_true(count.mails > 2000);
  assert_true(count.ambiguous * 1000 <= count.mails);
}

/* What each of these tries shows in our single reading, so one more reader sees nothing new: the
 * archive is there, whole, under its name. */
static gboolean
shows_archive(const Tree *tree)
{
  for (guint i = 0; i < tree->parts->len; i++) {
    Part *part = tree_part(tree, i);
    gsize len;
    const char *content;

    if (part->names->len == 0 || part->flags & (PART_MULTIPART | PART_MESSAGE))
      continue;
    content = g_bytes_get_data(part_content(tree, part), &len);
    if (len == 186 && memcmp(content, "PK\3\4", 4) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The hidden names end in .zip; some reader shows it, so it must be among ours. Two mails of the
 * set hide nothing: they say file.png, for comparison. */
static gboolean
shows_name(const Tree *tree)
{
  gsize len;
  const char *raw = g_bytes_get_data(tree_layer(tree, 0)->bytes, &len);

  if (memmem(raw, len, ".png valid(3)", 13) != NULL)
    return TRUE;
  for (guint i = 0; i < tree->parts->len; i++) {
    const GPtrArray *names = tree_part(tree, i)->names;

    for (guint n = 0; n < names->len; n++)
      if (strstr(g_ptr_array_index(names, n), ".zip") != NULL)
        return TRUE;
  }
  return FALSE;
}

typedef struct hidden {
  unsigned mails, ambiguous, shown, missed;
} Hidden;

static void
check_hidden(const char *path, const Tree *tree, void *data)
{
  Hidden *hidden = data;
  gboolean name = strstr(path, "hide-filename") != NULL;

  if (!g_str_has_suffix(path, ".eml"))
    return;
  hidden->mails++;
  if (find_ambiguity(tree) != NULL) {
    hidden->ambiguous++;
  } else if (name ? shows_name(tree) : shows_archive(tree)) {
    hidden->shown++;
  } else {
    hidden->missed++;
    print_error("%s: neither ambiguous nor shown\n", path);
  }
}

static void
test_hidden(void **state)
{
  g_autofree char *folder = corpus("ambiguity/noxxi");
  Hidden hidden = {0, 0, 0, 0};

  if (!for_each_mail(folder, check_hidden, &hidden))
    skip_without(g_steal_pointer(&folder));
  print_message("%u mails that hide: %u ambiguous, %u shown, %u missed\n", hidden.mails,
                hidden.ambiguous, hidden.shown, hidden.missed);
  assert_true(hidden.mails >= 260);
  assert_int_equal(hidden.missed, 0);
}

static void
count_any(const char *path, const Tree *tree, void *data)
{
  unsigned *mails = data;

  *mails += tree->layers->len > 0;
}

/* Other projects' test mails: whatever they are, they are read to an end. */
static void
test_suites(void **state)
{
  g_autofree char *folder = corpus("suites");
  unsigned mails = 0;

  if (!for_each_mail(folder, count_any, &mails))
    skip_without(g_steal_pointer(&folder));
  assert_true(mails > 2000);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ordinary_mail),
      cmocka_unit_test(test_hidden),
      cmocka_unit_test(test_suites),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
