/* syntax.c - libconfuse, and what it takes to report every error at its own line.
 *
 * libconfuse 3.3 stops at the first error, miscounts lines after comments, refuses comments inside
 * lists, and accepts a file that ends inside a section. So a file is first cleaned (syntax_clean.c:
 * comments become blanks, and quotes that do not end are found), then parsed as often as it takes:
 * - every option is a list of strings whose parse callback notes text and line; what a value means
 *   is not its concern;
 * - an option that is not known is reported, added to the options of that parse, and the file is
 *   parsed again;
 * - a section with a syntax error is reported, blanked, and the file is parsed again.
 * Each turn adds an option or blanks a line, and turns are bounded.
 *
 * libconfuse has no pointer for its caller's data. def.number of a string option is unused and is
 * copied with the option, so it carries the reader. */
#include "syntax.h"

#include <confuse.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>

#include "syntax_clean.h"

/* Each turn reads the whole file again. */
#define TURNS_MAX 50

/* Has a default of one value, so that its callback runs where a section begins. */
#define START_HOOK "*start"

typedef enum outcome { READ_ALL, READ_UNKNOWN, READ_WRONG } Outcome;

typedef struct reader {
  const Schema *schema;
  Problems *problems;
  Syntax *syntax;
  char *text;        /* cleaned */
  Section *section;  /* that values belong to now; NULL between sections */
  const char *place; /* in text: where line `placed` begins, of this or an earlier section */
  unsigned placed;
  GPtrArray *extra; /* char *: options found that the schema does not have */
  Outcome outcome;  /* of the last turn; the three below say more */
  unsigned line;
  char *word;    /* the option that is not known */
  char *message; /* libconfuse's */
} Reader;

G_STATIC_ASSERT(sizeof(long) >= sizeof(void *));

static void
value_clear(void *data)
{
  g_free(((Value *)data)->text);
}

static void
option_free(void *data)
{
  Option *option = data;
  g_array_unref(option->values);
  g_free(option);
}

static void
section_free(void *data)
{
  Section *section = data;
  g_free(section->title);
  g_ptr_array_unref(section->options);
  g_free(section);
}

void
syntax_free(Syntax *syntax)
{
  if (!syntax)
    return;
  g_ptr_array_unref(syntax->sections);
  g_free(syntax);
}

static Section *
section_add(Syntax *syntax, const char *title, unsigned line)
{
  Section *section = g_new0(Section, 1);
  section->file = syntax->file;
  section->title = g_strdup(title);
  section->line = line;
  section->options = g_ptr_array_new_with_free_func(option_free);
  g_ptr_array_add(syntax->sections, section);
  return section;
}

static Option *
option_find(const Section *section, const char *name)
{
  for (guint i = 0; i < section->options->len; i++) {
    Option *option = g_ptr_array_index(section->options, i);
    if (strcmp(option->name, name) == 0)
      return option;
  }
  return NULL;
}

static Option *
option_add(Section *section, const char *name, unsigned line)
{
  Option *option = g_new0(Option, 1);
  option->name = g_intern_string(name);
  option->line = line;
  option->values = g_array_new(FALSE, FALSE, sizeof(Value));
  g_array_set_clear_func(option->values, value_clear);
  g_ptr_array_add(section->options, option);
  return option;
}

/* --- libconfuse's callbacks --- */

static Reader *
reader_of(const cfg_opt_t *opt)
{
  return (Reader *)(intptr_t)opt->def.number;
}

/* A value was read. nvalues is 1 again when an option is set anew rather than added to. */
static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
  Reader *reader = reader_of(opt);
  *(const char **)result = text;
  if (!reader->section)
    return -1;
  Option *option = option_find(reader->section, opt->name);
  if (!option)
    option = option_add(reader->section, opt->name, (unsigned)cfg->line);
  else if (opt->nvalues == 1 && !option->again)
    option->again = (unsigned)cfg->line;
  Value value = {.text = g_strstrip(g_strdup(text)), .line = (unsigned)cfg->line};
  g_array_append_val(option->values, value);
  return 0;
}

static int
on_start(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
  Reader *reader = reader_of(opt);
  *(const char **)result = text;
  if (reader->section)
    return -1; /* someone wrote the hook's name as an option */
  reader->section = section_add(reader->syntax, cfg_title(cfg), (unsigned)cfg->line);
  return 0;
}

/* Where the section begins. Sections come in order, so finding all of them reads the text once. */
static const char *
section_begin(Reader *reader)
{
  for (; reader->placed < reader->section->line; reader->placed++) {
    const char *end = strchr(reader->place, '\n');
    reader->place = end ? end + 1 : reader->place + strlen(reader->place);
  }
  return reader->place;
}

/* An option set to an empty list called nobody. It is noted here without a value, for check_option
 * to refuse: it would widen a rule, not narrow it. */
static void
note_empty(Reader *reader, const cfg_t *cfg)
{
  Section *section = reader->section;
  for (const cfg_opt_t *o = cfg->opts; o->name; o++)
    if ((o->flags & CFGF_MODIFIED) && o->nvalues == 0 && !option_find(section, o->name))
      option_add(section, o->name,
                 clean_option_line(section_begin(reader), o->name, section->line));
}

/* A section was read to its end. It leaves, because libconfuse compares each title with those of
 * all sections that it has. */
static int
on_end(cfg_t *cfg, cfg_opt_t *opt)
{
  Reader *reader = reader_of(opt);
  guint last = cfg_opt_size(opt) - 1;
  note_empty(reader, cfg_opt_getnsec(opt, last));
  reader->section = NULL;
  return cfg_opt_rmnsec(opt, last);
}

static void G_GNUC_PRINTF(2, 0) on_error(cfg_t *cfg, const char *format, va_list ap)
{
  Reader *reader = reader_of(&cfg->opts[0]);
  if (reader->outcome != READ_ALL)
    return;
  reader->line = (unsigned)cfg->line;
  if (g_str_has_prefix(format, "no such option")) {
    reader->outcome = READ_UNKNOWN;
    reader->word = g_strdup(va_arg(ap, const char *));
  } else {
    reader->outcome = READ_WRONG;
    reader->message = g_strdup_vprintf(format, ap);
  }
}

/* --- one turn --- */

static cfg_opt_t
string_option(Reader *reader, const char *name)
{
  cfg_opt_t opt = CFG_STR_LIST_CB(name, NULL, CFGF_NONE, on_value);
  opt.def.number = (long)(intptr_t)reader;
  return opt;
}

/* The options of a section, or of the top of a file without sections. */
static GArray *
options_make(Reader *reader)
{
  GArray *opts = g_array_new(TRUE, TRUE, sizeof(cfg_opt_t));
  if (reader->schema->kind) {
    cfg_opt_t hook = CFG_STR_LIST_CB(START_HOOK, "{x}", CFGF_NONE, on_start);
    hook.def.number = (long)(intptr_t)reader;
    g_array_append_val(opts, hook);
  }
  for (const OptionSchema *o = reader->schema->options; o->name; o++) {
    cfg_opt_t opt = string_option(reader, o->name);
    g_array_append_val(opts, opt);
  }
  for (guint i = 0; i < reader->extra->len; i++) {
    cfg_opt_t opt = string_option(reader, g_ptr_array_index(reader->extra, i));
    g_array_append_val(opts, opt);
  }
  return opts;
}

static void
reader_reset(Reader *reader)
{
  g_ptr_array_set_size(reader->syntax->sections, 0);
  g_clear_pointer(&reader->word, g_free);
  g_clear_pointer(&reader->message, g_free);
  reader->outcome = READ_ALL;
  reader->place = reader->text;
  reader->placed = 1;
  reader->section = reader->schema->kind ? NULL : section_add(reader->syntax, "", 1);
}

/* In the C locale, so that libconfuse's messages are the ones that on_error knows. */
static int
parse_in_c_locale(cfg_t *cfg, const char *text)
{
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (c == (locale_t)0)
    return cfg_parse_buf(cfg, text);
  locale_t old = uselocale(c);
  int rc = cfg_parse_buf(cfg, text);
  uselocale(old);
  freelocale(c);
  return rc;
}

static Outcome
read_once(Reader *reader)
{
  g_autoptr(GArray) opts = options_make(reader);
  cfg_opt_t root[] = {
      CFG_SEC(reader->schema->kind, (cfg_opt_t *)(void *)opts->data, CFGF_MULTI | CFGF_TITLE),
      CFG_END()};
  root[0].def.number = (long)(intptr_t)reader;
  root[0].validcb = on_end;
  reader_reset(reader);
  cfg_t *cfg = cfg_init(reader->schema->kind ? root : (cfg_opt_t *)(void *)opts->data, CFGF_NONE);
  if (!cfg)
    return reader->outcome = READ_WRONG;
  cfg_set_error_function(cfg, on_error);
  int rc = parse_in_c_locale(cfg, reader->text);
  if (rc != CFG_SUCCESS && reader->outcome == READ_ALL) {
    reader->outcome = READ_WRONG;
    reader->line = (unsigned)cfg->line;
  }
  if (!reader->schema->kind)
    note_empty(reader, cfg);
  cfg_free(cfg);
  return reader->outcome;
}

/* --- errors --- */

/* libconfuse's words, and what would be right. */
static const struct {
  const char *prefix, *advice;
} advices[] = {
    {"missing equal sign", "write NAME = VALUE"},
    {"unexpected token", "separate the values of a list by commas, put a text with blanks or "
                         "other signs in \"quotes\", and give each '{' its '}'"},
    {"unexpected closing brace", "remove it, or add the '{' that it closes"},
    {"premature end of file", "complete the last option and close what is open with '}'"},
    {"missing opening brace", "write NAME \"TITLE\" { ... }"},
    {"missing title", "write NAME \"TITLE\" { ... }"},
    {"invalid octal", "write \\\\ for a backslash"},
    {"bad escape", "write \\\\ for a backslash"},
};

static const char *
advice_for(const char *message)
{
  for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
    if (g_str_has_prefix(message, advices[i].prefix))
      return advices[i].advice;
  return "write NAME = VALUE, or NAME = { VALUE, VALUE }";
}

static void
report_unknown_option(const Reader *reader)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (const OptionSchema *o = reader->schema->options; o->name; o++)
    g_ptr_array_add(names, (char *)o->name);
  g_ptr_array_add(names, NULL);
  g_autofree char *advice = spelling_advice(reader->word, (const char *const *)names->pdata);
  problems_add(reader->problems, (Place){reader->syntax->file, reader->line},
               "unknown option \"%s\"; %s", reader->word, advice);
}

static void
report_wrong(const Reader *reader)
{
  const char *message = reader->message ? reader->message : "this cannot be read";
  problems_add(reader->problems, (Place){reader->syntax->file, reader->line}, "%s; %s", message,
               advice_for(message));
}

/* A section was begun inside another, or a word stands where a section should begin. */
static void
report_section(const Reader *reader)
{
  Place at = {reader->syntax->file, reader->line};
  const char *kind = reader->schema->kind;
  if (reader->section)
    problems_add(reader->problems, at, "%s \"%s\" (line %u) is still open here; close it with '}'",
                 kind, reader->section->title, reader->section->line);
  else
    problems_add(reader->problems, at,
                 "\"%s\" cannot stand here; this file holds %s \"NAME\" { ... }", reader->word,
                 kind);
}

/* FALSE when nothing more can be read. */
static gboolean
skip_wrong(Reader *reader)
{
  reader->syntax->broken = TRUE;
  if (!reader->schema->kind)
    return FALSE;
  unsigned first = reader->section ? reader->section->line : reader->line;
  return clean_blank_section(reader->text, reader->schema->kind, first);
}

/* Takes in what one turn came to. TRUE if another is needed. */
static gboolean
turn_again(Reader *reader)
{
  if (reader->outcome == READ_ALL)
    return FALSE;
  if (reader->outcome == READ_WRONG) {
    report_wrong(reader);
    return skip_wrong(reader);
  }
  const char *kind = reader->schema->kind;
  if (kind && (!reader->section || strcmp(reader->word, kind) == 0)) {
    report_section(reader);
    return skip_wrong(reader);
  }
  report_unknown_option(reader);
  if (strchr(reader->word, '|')) /* libconfuse looks for such a name elsewhere */
    return skip_wrong(reader);
  g_ptr_array_add(reader->extra, g_strdup(reader->word));
  return TRUE;
}

/* --- what holds for any file --- */

static const OptionSchema *
schema_option(const Schema *schema, const char *name)
{
  for (const OptionSchema *o = schema->options; o->name; o++)
    if (strcmp(o->name, name) == 0)
      return o;
  return NULL;
}

static void
check_option(const Section *section, const Option *option, const OptionSchema *schema,
             Problems *problems)
{
  Place at = option_place(section, option);
  if (option->again)
    problems_add(problems, (Place){section->file, option->again},
                 "\"%s\" was given in line %u already; keep one of them", option->name,
                 option->line);
  else if (option->values->len == 0)
    problems_add(problems, at, "\"%s\" is empty; give it a value, or leave it out", option->name);
  else if (option->values->len > 1 && !schema->list)
    problems_add(problems, at, "\"%s\" takes one value; keep one of them", option->name);
}

/* Options that are not known were reported; they and empty ones leave. */
static void
check_section(Section *section, const Schema *schema, Problems *problems)
{
  for (guint i = section->options->len; i-- > 0;) {
    const Option *option = g_ptr_array_index(section->options, i);
    const OptionSchema *known = schema_option(schema, option->name);
    if (known)
      check_option(section, option, known, problems);
    if (!known || option->values->len == 0)
      g_ptr_array_remove_index(section->options, i);
  }
}

static void
read_turns(Reader *reader)
{
  unsigned turns = 0;
  do
    read_once(reader);
  while (turn_again(reader) && ++turns < TURNS_MAX);
  if (turns >= TURNS_MAX)
    problems_add(reader->problems, (Place){reader->syntax->file, reader->line},
                 "too many errors; correct those above first");
}

Syntax *
syntax_read(const char *dir, const char *name, const Schema *schema, GChecksum *checksum,
            Problems *problems)
{
  g_autofree char *text = syntax_load(dir, name, checksum, problems);
  if (!text)
    return NULL;
  Syntax *syntax = g_new0(Syntax, 1);
  g_autofree char *file = syntax_name(dir, name);
  syntax->file = g_intern_string(file);
  syntax->sections = g_ptr_array_new_with_free_func(section_free);
  syntax->broken = !clean_text(text, schema->kind, syntax->file, problems);
  Reader reader = {.schema = schema, .problems = problems, .syntax = syntax, .text = text};
  reader.extra = g_ptr_array_new_with_free_func(g_free);
  read_turns(&reader);
  unsigned open = clean_open_brace(text);
  if (reader.outcome == READ_ALL && open)
    problems_add(problems, (Place){syntax->file, open}, "this '{' is not closed; add a '}'");
  for (guint i = 0; i < syntax->sections->len; i++)
    check_section(g_ptr_array_index(syntax->sections, i), schema, problems);
  g_ptr_array_unref(reader.extra);
  g_free(reader.word);
  g_free(reader.message);
  return syntax;
}

/* --- looking things up --- */

const Option *
section_option(const Section *section, const char *name)
{
  return option_find(section, name);
}

const char *
section_text(const Section *section, const char *name)
{
  const Option *option = option_find(section, name);
  return option ? option_value(option, 0)->text : NULL;
}

Place
section_place(const Section *section)
{
  return (Place){section->file, section->line};
}

Place
option_place(const Section *section, const Option *option)
{
  return (Place){section->file, option->line};
}

Place
value_place(const Section *section, const Value *value)
{
  return (Place){section->file, value->line};
}
