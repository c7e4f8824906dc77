#include "tally.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bounds.h"
#include "log.h"

#define ROWS_MAX  40 /* of one table */
#define WORDS_MAX 78 /* characters; an example behind longer ones stands where it comes */

typedef struct row {
  char *words;
  char *example; /* name of a message */
  guint findings, messages;
  guint last; /* number of the message that was counted last */
} Row;

struct tally {
  GHashTable *rows; /* words ─▶ Row * */
};

static void
row_free(void *data)
{
  Row *row = data;

  g_free(row->words);
  g_free(row->example);
  g_free(row);
}

Tally *
tally_new(void)
{
  Tally *tally = g_new0(Tally, 1);

  tally->rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, row_free);
  return tally;
}

void
tally_free(Tally *tally)
{
  if (tally == NULL)
    return;
  g_hash_table_unref(tally->rows);
  g_free(tally);
}

void
tally_count(Tally *tally, char *words, guint number, const char *name)
{
  Row *row = g_hash_table_lookup(tally->rows, words);

  if (row == NULL) {
    row = g_new0(Row, 1);
    row->words = words;
    g_hash_table_insert(tally->rows, row->words, row);
  } else {
    g_free(words);
  }
  if (row->example == NULL || strcmp(name, row->example) < 0) {
    g_free(row->example);
    row->example = g_strdup(name);
  }
  row->findings++;
  row->messages += row->last != number;
  row->last = number;
}

void
tally_folder(char **folder, const char *name)
{
  size_t len = 0;

  if (*folder == NULL) {
    const char *slash = strrchr(name, '/');

    *folder = slash != NULL ? g_strndup(name, (gsize)(slash - name) + 1) : g_strdup("");
    return;
  }
  for (size_t i = 0; (*folder)[i] != '\0' && (*folder)[i] == name[i]; i++)
    if (name[i] == '/')
      len = i + 1;
  (*folder)[len] = '\0';
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
  const Row *first = *(Row *const *)a, *second = *(Row *const *)b;

  if (first->messages != second->messages)
    return first->messages < second->messages ? 1 : -1;
  if (first->findings != second->findings)
    return first->findings < second->findings ? 1 : -1;
  return strcmp(first->words, second->words);
}

static GPtrArray *
sorted(const Tally *tally)
{
  GPtrArray *rows = g_ptr_array_new();
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init(&iter, tally->rows);
  while (g_hash_table_iter_next(&iter, NULL, &row))
    g_ptr_array_add(rows, row);
  g_ptr_array_sort(rows, compare_rows);
  return rows;
}

static guint
widest(const GPtrArray *rows)
{
  guint width = 0;

  for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
    const Row *row = g_ptr_array_index(rows, i);

    width = MAX(width, (guint)g_utf8_strlen(row->words, -1));
  }
  return MIN(width, WORDS_MAX);
}

/* Terminals open what is marked so (OSC 8). */
static void
print_example(const char *name, const char *folder)
{
  g_autofree char *shown = log_escape(name + strlen(folder), -1, LIMIT_EVIDENCE);
  g_autofree char *file = g_strndup(name, strcspn(name, "#"));
  g_autofree char *path = g_canonicalize_filename(file, NULL);
  g_autofree char *uri = isatty(STDOUT_FILENO) ? g_filename_to_uri(path, NULL, NULL) : NULL;

  if (uri != NULL)
    printf("\033]8;;%s\033\\%s\033]8;;\033\\\n", uri, shown);
  else
    printf("%s\n", shown);
}

void
tally_print(const Tally *tally, const char *title, gboolean findings, const char *folder)
{
  g_autoptr(GPtrArray) rows = sorted(tally);
  guint width = widest(rows);

  if (rows->len == 0)
    return;
  printf("\n%s\n  messages%s\n", title, findings ? "  findings" : "");
  for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
    const Row *row = g_ptr_array_index(rows, i);
    guint len = (guint)g_utf8_strlen(row->words, -1);

    printf("  %8u", row->messages);
    if (findings)
      printf("  %8u", row->findings);
    printf("  %s%*s  ", row->words, len < width ? (int)(width - len) : 0, "");
    print_example(row->example, folder);
  }
  if (rows->len > ROWS_MAX)
    printf("  and %u more\n", rows->len - ROWS_MAX);
}
