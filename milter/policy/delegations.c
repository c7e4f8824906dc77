#include "delegations.h"

#include <string.h>

#include "names.h"
#include "schemas.h"

/* Longest term of one: then it is renewed by who holds the post. */
#define DAYS_MAX 366

static const OptionSchema delegation_options[] = {
    {"post", FALSE},      {"by", FALSE},         {"to", FALSE}, {"classes", TRUE},
    {"from-date", FALSE}, {"until-date", FALSE}, {NULL, FALSE},
};

const Schema delegation_schema = {"delegation", delegation_options};

struct delegations {
  GPtrArray *all; /* Delegation * */
};

static void
delegation_free(void *data)
{
  Delegation *delegation = data;
  g_free(delegation->name);
  g_free(delegation->post);
  g_free(delegation->by);
  g_free(delegation->to);
  g_strfreev(delegation->classes);
  g_free(delegation);
}

void
delegations_free(Delegations *delegations)
{
  if (!delegations)
    return;
  g_ptr_array_unref(delegations->all);
  g_free(delegations);
}

/* --- reading --- */

static char **
read_classes(const Section *section)
{
  const Option *option = section_option(section, "classes");
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; option && i < option->values->len; i++)
    g_strv_builder_add(builder, option_value(option, i)->text);
  return g_strv_builder_end(builder);
}

static void
add_delegation(Delegations *delegations, const Section *section, Problems *problems)
{
  Delegation *delegation = g_new0(Delegation, 1);
  const char *kind = delegation_schema.kind;
  if (delegations_named(delegations, section->title))
    problems_add(problems, section_place(section),
                 "delegation \"%s\" is there already; rename or remove one", section->title);
  delegation->name = g_strdup(section->title);
  delegation->place = section_place(section);
  delegation->post =
      section_needed(section, kind, "post", "the post whose approval is lent", problems);
  delegation->by =
      section_needed(section, kind, "by", "the name of the person who holds the post", problems);
  delegation->to =
      section_needed(section, kind, "to", "the name of the person who may stand in", problems);
  delegation->classes = read_classes(section);
  delegation->term = term_read(section, kind, DAYS_MAX, problems);
  if (*delegation->by && names_agree(delegation->by, delegation->to))
    problems_add(problems, delegation->place,
                 "delegation \"%s\" is to the person whom it is by; name another in \"to\"",
                 delegation->name);
  g_ptr_array_add(delegations->all, delegation);
}

static gboolean
overlap(const Term *a, const Term *b)
{
  return a->from < b->until && b->from < a->until;
}

/* Who stands in for a post does not hold it. */
static void
check_lent(const Delegations *delegations, const Delegation *lent, Problems *problems)
{
  for (guint i = 0; i < delegations->all->len; i++) {
    const Delegation *first = g_ptr_array_index(delegations->all, i);
    if (first == lent || !names_agree(first->to, lent->by) ||
        !names_agree(first->post, lent->post) || !overlap(&first->term, &lent->term))
      continue;
    problems_add(
        problems, lent->place,
        "delegation \"%s\" hands on what \"%s\" only has by delegation \"%s\"; let the one "
        "who holds the post delegate",
        lent->name, lent->by, first->name);
    return;
  }
}

Delegations *
delegations_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Delegations *delegations = g_new0(Delegations, 1);
  g_autofree char *path = g_build_filename(dir, "delegations.conf", NULL);
  delegations->all = g_ptr_array_new_with_free_func(delegation_free);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return delegations;
  g_autoptr(Syntax) syntax =
      syntax_read(dir, "delegations.conf", &delegation_schema, checksum, problems);
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_delegation(delegations, g_ptr_array_index(syntax->sections, i), problems);
  for (guint i = 0; i < delegations->all->len; i++)
    check_lent(delegations, g_ptr_array_index(delegations->all, i), problems);
  return delegations;
}

/* --- asking --- */

guint
delegations_count(const Delegations *delegations)
{
  return delegations->all->len;
}

const Delegation *
delegations_nth(const Delegations *delegations, guint n)
{
  return g_ptr_array_index(delegations->all, n);
}

const Delegation *
delegations_named(const Delegations *delegations, const char *name)
{
  for (guint i = 0; i < delegations->all->len; i++) {
    const Delegation *delegation = g_ptr_array_index(delegations->all, i);
    if (strcmp(delegation->name, name) == 0)
      return delegation;
  }
  return NULL;
}

gboolean
delegation_covers(const Delegation *delegation, const char *person, const char *class_name,
                  gint64 when)
{
  return names_agree(delegation->to, person) && term_holds(&delegation->term, when) &&
         (!delegation->classes[0] ||
          name_index((const char *const *)delegation->classes, class_name) >= 0);
}
