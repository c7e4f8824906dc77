#include "problems.h"

#include <string.h>

#define ALIKE_MIN 4  /* letters that two names begin with to be like each other */
#define NAMED_MAX 60 /* names that advice lists */

typedef struct problem {
  unsigned file; /* index in files */
  unsigned line;
  unsigned order;
  char *text;
} Problem;

struct problems {
  GPtrArray *files; /* char * */
  GArray *list;     /* Problem */
};

/* Longest word that spelling is worked out for: bounds the square table below. */
#define WORD_MAX 48

static void
problem_clear(void *data)
{
  g_free(((Problem *)data)->text);
}

Problems *
problems_new(void)
{
  Problems *problems = g_new0(Problems, 1);
  problems->files = g_ptr_array_new_with_free_func(g_free);
  problems->list = g_array_new(FALSE, FALSE, sizeof(Problem));
  g_array_set_clear_func(problems->list, problem_clear);
  return problems;
}

void
problems_free(Problems *problems)
{
  if (!problems)
    return;
  g_ptr_array_unref(problems->files);
  g_array_unref(problems->list);
  g_free(problems);
}

static unsigned
file_index(Problems *problems, const char *file)
{
  guint index;
  if (g_ptr_array_find_with_equal_func(problems->files, file, g_str_equal, &index))
    return index;
  g_ptr_array_add(problems->files, g_strdup(file));
  return problems->files->len - 1;
}

void
problems_file(Problems *problems, const char *file)
{
  file_index(problems, file);
}

void
problems_add(Problems *problems, Place at, const char *format, ...)
{
  va_list ap;
  va_start(ap, format);
  Problem problem = {.file = file_index(problems, at.file),
                     .line = at.line,
                     .order = problems->list->len,
                     .text = g_strdup_vprintf(format, ap)};
  va_end(ap);
  g_array_append_val(problems->list, problem);
}

unsigned
problems_count(const Problems *problems)
{
  return problems->list->len;
}

static int
problem_compare(const void *a, const void *b)
{
  const Problem *x = a, *y = b;
  if (x->file != y->file)
    return x->file < y->file ? -1 : 1;
  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

void
problems_report(const Problems *problems, GPtrArray *errors)
{
  g_array_sort(problems->list, problem_compare);
  for (guint i = 0; i < problems->list->len; i++) {
    const Problem *p = &g_array_index(problems->list, Problem, i);
    const char *file = g_ptr_array_index(problems->files, p->file);
    g_ptr_array_add(errors, g_strdup_printf("%s:%u: %s", file, p->line, p->text));
  }
}

/* Edits from one word to the other: a letter added, left out, changed, or two swapped. */
static unsigned
spelling_distance(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b);
  unsigned rows[3][WORD_MAX + 1];
  if (n > WORD_MAX || m > WORD_MAX)
    return G_MAXUINT;
  for (size_t j = 0; j <= m; j++)
    rows[0][j] = (unsigned)j;
  for (size_t i = 1; i <= n; i++) {
    unsigned *now = rows[i % 3];
    const unsigned *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
    now[0] = (unsigned)i;
    for (size_t j = 1; j <= m; j++) {
      unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);
      now[j] = MIN(MIN(last[j] + 1, now[j - 1] + 1), change);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = MIN(now[j], before[j - 2] + 1);
    }
  }
  return rows[n % 3][m];
}

/* No fewer edits lead from one to the other. */
static unsigned
lengths_apart(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b);
  return (unsigned)(n > m ? n - m : m - n);
}

const char *
spelling_nearest(const char *word, const char *const *names)
{
  g_autofree char *folded = g_ascii_strdown(word, -1);
  const char *nearest = NULL;
  unsigned least = (unsigned)strlen(word) / 3 + 1;
  g_strdelimit(folded, "_ ", '-');
  for (; *names; names++) {
    if (lengths_apart(folded, *names) > least)
      continue;
    unsigned distance = spelling_distance(folded, *names);
    if (distance < least || (distance == least && !nearest)) {
      least = distance;
      nearest = *names;
    }
  }
  return nearest;
}

/* Words of other products, and what is meant by them here. */
static const char *
habit_advice(const char *word)
{
  static const struct {
    const char *words, *advice;
  } habits[] = {
      {" block deny disable prohibit ",
       "write defang (a link, dead but readable), remove (a link or file) or reject (the message)"},
      {" allow accept permit ignore exempt whitelist ", "write pass"},
      {" quarantine ", "write hold"},
      {" delete strip ", "write remove"},
      {" drop discard ", "write hold or reject: nothing is ever lost without a word"},
      {" warn mark tag label notify banner ", "write flag"},
      {" sanitize sanitise clean ", "write disarm"},
      {" log monitor audit ", "write what it shall do one day, and mode = observe"},
  };
  g_autofree char *padded = g_strdup_printf(" %s ", word);
  for (size_t i = 0; i < G_N_ELEMENTS(habits); i++)
    if (!strpbrk(word, " ") && *word && strstr(habits[i].words, padded))
      return habits[i].advice;
  return NULL;
}

/* The only name that begins as the word does, "form-builder" for "forms". */
static const char *
begins_alike(const char *word, const char *const *names)
{
  const char *found = NULL;
  for (size_t len = strlen(word); len >= ALIKE_MIN && !found; len--)
    for (const char *const *name = names; *name; name++)
      if (g_ascii_strncasecmp(*name, word, len) == 0) {
        if (found)
          return NULL;
        found = *name;
      }
  return found;
}

/* Of many names, those that begin as the word does, as far as it is like any. */
static char *
those_like(const char *word, const char *const *names)
{
  g_autoptr(GPtrArray) like = g_ptr_array_new();
  for (size_t len = strlen(word); len >= ALIKE_MIN && !like->len; len--)
    for (const char *const *name = names; *name && like->len < NAMED_MAX; name++)
      if (g_ascii_strncasecmp(*name, word, len) == 0)
        g_ptr_array_add(like, (char *)*name);
  g_ptr_array_add(like, NULL);
  return g_strjoinv(", ", (char **)like->pdata);
}

char *
action_advice(const char *word, const char *const *names)
{
  g_autofree char *lower = g_ascii_strdown(word, -1);
  const char *habit = habit_advice(lower);
  return habit ? g_strdup(habit) : spelling_advice(word, names);
}

char *
spelling_advice(const char *word, const char *const *names)
{
  const char *nearest = spelling_nearest(word, names);
  if (!nearest)
    nearest = begins_alike(word, names);
  if (nearest)
    return g_strdup_printf("did you mean \"%s\"?", nearest);
  if (!names[0])
    return g_strdup("there is none yet");
  g_autofree char *all = g_strv_length((char **)names) > NAMED_MAX
                             ? those_like(word, names)
                             : g_strjoinv(", ", (char **)names);
  if (!*all)
    return g_strdup_printf("none of the %u that are known is like it",
                           g_strv_length((char **)names));
  return g_strdup_printf("use one of: %s", all);
}
