#include "syntax_clean.h"

#include <string.h>

#include "syntax.h"

/* A line that begins with the word `kind`, or that has some word and a quote at its very start:
 * that is a section whose kind is misspelt. */
static gboolean
begins_section(const char *line, const char *kind)
{
  const char *word = line + strspn(line, " \t");
  size_t len = strlen(kind);
  if (strncmp(word, kind, len) == 0 && strchr(" \t\"'{\n", word[len]))
    return TRUE;
  while (g_ascii_isalpha(*line))
    line++;
  return word < line && *line == ' ' && line[strspn(line, " ")] == '"';
}

static char *
next_line(char *at)
{
  char *end = strchr(at, '\n');
  return end ? end + 1 : at + strlen(at);
}

unsigned
clean_option_line(const char *text, const char *name, unsigned first)
{
  unsigned line = first;
  size_t len = strlen(name);
  for (const char *p = text; *p; p++) {
    if (strncmp(p, name, len) == 0 && (p == text || strchr(" \t\n{", p[-1])) &&
        strchr(" \t\n=+", p[len]))
      return line;
    line += *p == '\n';
  }
  return first;
}

/* Blanks up to a place; line ends stay. TRUE if there was anything. */
static gboolean
blank(char *from, const char *to)
{
  gboolean any = FALSE;
  for (; from < to; from++) {
    if (*from == '\n' || *from == ' ')
      continue;
    any = TRUE;
    *from = ' ';
  }
  return any;
}

gboolean
clean_blank_section(char *text, const char *kind, unsigned first)
{
  char *from = text;
  for (unsigned line = 1; line < first && *from; line++)
    from = next_line(from);
  char *to = next_line(from);
  while (*to && !begins_section(to, kind))
    to = next_line(to);
  return blank(from, to);
}

unsigned
clean_open_brace(const char *text)
{
  unsigned line = 1, depth = 0, open = 0;
  char quote = 0;
  for (const char *p = text; *p; p++) {
    if (*p == '\n')
      line++;
    if (quote && *p == '\\' && p[1] && p[1] != '\n')
      p++;
    else if (quote)
      quote = *p == quote ? 0 : quote;
    else if (*p == '"' || *p == '\'')
      quote = *p;
    else if (*p == '{' && depth++ == 0)
      open = line;
    else if (*p == '}' && depth > 0)
      depth--;
  }
  return depth ? open : 0;
}

/* The end of a quoted text that begins at p, past its closing quote; NULL if its line ends first.
 */
static char *
quote_end(char *p, unsigned *line)
{
  char quote = *p++;
  for (; *p && *p != '\n'; p++) {
    if (*p == quote)
      return p + 1;
    if (*p == '\\' && p[1]) {
      p++;
      *line += *p == '\n';
    }
  }
  return NULL;
}

/* The end of a comment that begins at p, or NULL if none does. */
static char *
comment_end(char *p)
{
  if (*p == '#' || (p[0] == '/' && p[1] == '/'))
    return p + strcspn(p, "\n");
  if (p[0] != '/' || p[1] != '*')
    return NULL;
  char *end = strstr(p + 2, "*/");
  return end ? end + 2 : p + strlen(p);
}

static unsigned
lines_between(const char *from, const char *to)
{
  unsigned lines = 0;
  for (; from < to; from++)
    lines += *from == '\n';
  return lines;
}

/* The first place of the section that holds `at`, and its line. */
static char *
section_begin(char *text, char *at, const char *kind, unsigned *line)
{
  char *begin = at;
  for (;;) {
    while (begin > text && begin[-1] != '\n')
      begin--;
    if (!kind || begin == text || begins_section(begin, kind))
      break;
    begin--;
  }
  *line -= lines_between(begin, at);
  return begin;
}

/* Drops what holds an unfinished quote and returns where to go on. */
static char *
drop_quote(char *text, char *at, const char *kind, unsigned *line)
{
  unsigned first = *line;
  char *begin = section_begin(text, at, kind, &first);
  if (kind)
    clean_blank_section(text, kind, first);
  else
    blank(begin, begin + strcspn(begin, "\n"));
  *line = first;
  return begin;
}

/* Returns where to go on after the quoted text or ${ at p, which may be reported. */
static char *
clean_quote(char *text, char *p, const char *kind, unsigned *line, Place at, Problems *problems)
{
  unsigned lines = *line;
  char *end = quote_end(p, &lines);
  if (!end) {
    problems_add(problems, at,
                 "this quote does not end on its line; close it with %c, or end the "
                 "line with \\ to go on in the next",
                 *p);
    return drop_quote(text, p, kind, line);
  }
  char *variable = *p == '"' ? g_strstr_len(p, end - p, "${") : NULL;
  if (variable && variable[-1] != '\\') {
    problems_add(problems, at, "rules files do not read the environment; write the value itself");
    *variable = ' ';
  }
  *line = lines;
  return end;
}

gboolean
clean_text(char *text, const char *kind, const char *file, Problems *problems)
{
  unsigned line = 1, before = problems_count(problems);
  for (char *p = text; *p;) {
    char *end = comment_end(p);
    Place at = {file, line};
    if (end) {
      line += lines_between(p, end);
      blank(p, end);
      p = end;
    } else if (*p == '"' || *p == '\'') {
      p = clean_quote(text, p, kind, &line, at, problems);
    } else {
      if (p[0] == '$' && p[1] == '{') {
        problems_add(problems, at,
                     "rules files do not read the environment; write the value itself");
        *p = ' ';
      }
      line += *p == '\n';
      if (*p == '\r')
        *p = ' ';
      p++;
    }
  }
  return problems_count(problems) == before;
}

/* --- from the disk --- */

char *
syntax_name(const char *dir, const char *name)
{
  return g_build_filename(dir, name, NULL);
}

/* The line in which a text stops being UTF-8 without NUL. */
static unsigned
bad_line(const char *text, gsize len)
{
  const char *end;
  g_utf8_validate(text, (gssize)len, &end);
  return 1 + lines_between(text, end);
}

char *
syntax_load(const char *dir, const char *name, GChecksum *checksum, Problems *problems)
{
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize len;
  Place at = {file, 0};
  problems_file(problems, file);
  if (!g_file_get_contents(file, &text, &len, &error)) {
    const char *why = strrchr(error->message, ':');
    problems_add(problems, at, "cannot be read (%s); put the file there and make it readable",
                 why ? why + 2 : error->message);
    return NULL;
  }
  if (len > SYNTAX_FILE_MAX) {
    problems_add(problems, at, "is over %d MiB; divide it", SYNTAX_FILE_MAX / 1024 / 1024);
    return NULL;
  }
  if (!g_utf8_validate(text, (gssize)len, NULL)) {
    at.line = bad_line(text, len);
    problems_add(problems, at, "is not UTF-8 here; save the file as UTF-8");
    return NULL;
  }
  g_checksum_update(checksum, (const guchar *)name, (gssize)strlen(name) + 1);
  g_checksum_update(checksum, (const guchar *)text, (gssize)len + 1);
  if (g_str_has_prefix(text, "\xef\xbb\xbf"))
    memset(text, ' ', 3);
  return g_steal_pointer(&text);
}

static int
compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
syntax_list(const char *dir, const char *folder, const char *ending, Problems *problems)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *path = syntax_name(dir, folder);
  g_autoptr(GDir) opened = g_dir_open(path, 0, NULL);
  const char *name;
  if (!opened)
    problems_add(problems, (Place){path, 0},
                 "this folder cannot be read; it must be there, even "
                 "if it is empty");
  while (opened && (name = g_dir_read_name(opened)))
    if (*name != '.' && g_str_has_suffix(name, ending))
      g_ptr_array_add(names, g_build_filename(folder, name, NULL));
  g_ptr_array_sort(names, compare_names);
  return names;
}
