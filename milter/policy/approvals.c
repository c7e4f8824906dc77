#include "approvals.h"

#include <string.h>

#include "delegations.h"
#include "keys.h"
#include "names.h"
#include "schemas.h"
#include "signed_approval.h"
#include "syntax.h"

/* The section for classes that have none of their own, and for hosts of no class. */
#define ALL_OTHERS "*"

#define DAYS_MAX      3650
#define DAYS_USUAL    180
#define SECONDS_A_DAY 86400

static const OptionSchema approval_options[] = {{"posts", TRUE},         {"second-posts", TRUE},
                                                {"approvers", FALSE},    {"signed", FALSE},
                                                {"maximum-days", FALSE}, {NULL, FALSE}};

const Schema approval_schema = {"approval", approval_options};

typedef struct approval {
  char **posts, **seconds;
  unsigned approvers; /* 1 or 2, even for what is narrow */
  unsigned days;
  gboolean is_signed; /* only approvals that are signed count */
} Approval;

struct approvals {
  GHashTable *by_class; /* char * ─▶ Approval * */
  Delegations *delegations;
  Keys *keys;
};

static void
approval_free(void *data)
{
  Approval *approval = data;
  g_strfreev(approval->posts);
  g_strfreev(approval->seconds);
  g_free(approval);
}

void
approvals_free(Approvals *approvals)
{
  if (!approvals)
    return;
  g_hash_table_unref(approvals->by_class);
  delegations_free(approvals->delegations);
  keys_free(approvals->keys);
  g_free(approvals);
}

/* --- reading --- */

static char **
read_posts(const Section *section, const char *name)
{
  const Option *option = section_option(section, name);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; option && i < option->values->len; i++)
    g_strv_builder_add(builder, option_value(option, i)->text);
  return g_strv_builder_end(builder);
}

static unsigned
read_number(const Section *section, const char *name, unsigned usual, unsigned max,
            Problems *problems)
{
  const Option *option = section_option(section, name);
  guint64 number;
  if (!option)
    return usual;
  const Value *value = option_value(option, 0);
  if (g_ascii_string_to_unsigned(value->text, 10, 1, max, &number, NULL))
    return (unsigned)number;
  problems_add(problems, value_place(section, value),
               "\"%s\" is not right for %s; write a whole number from 1 to %u", value->text, name,
               max);
  return usual;
}

static gboolean
is_class(const Services *services, const char *title)
{
  return strcmp(title, ALL_OTHERS) == 0 || services_broken(services) ||
         name_index(services_classes(services), title) >= 0;
}

static void
check_class(const Section *section, const Services *services, Problems *problems)
{
  if (is_class(services, section->title))
    return;
  g_autofree char *advice = spelling_advice(section->title, services_classes(services));
  problems_add(problems, section_place(section), "there is no class \"%s\"; %s", section->title,
               advice);
}

static gboolean
read_signed(const Section *section, Problems *problems)
{
  static const char *const words[] = {"no", "yes", NULL};
  const Option *option = section_option(section, "signed");
  int index = option ? name_index(words, option_value(option, 0)->text) : 0;
  if (index < 0)
    problems_add(problems, option_place(section, option),
                 "\"%s\" is not right for signed; write yes or no", option_value(option, 0)->text);
  return index != 0;
}

static void
add_approval(Approvals *approvals, const Section *section, const Services *services,
             Problems *problems)
{
  Approval *approval = g_new0(Approval, 1);
  approval->posts = read_posts(section, "posts");
  approval->seconds = read_posts(section, "second-posts");
  approval->approvers = read_number(section, "approvers", 1, 2, problems);
  approval->days = read_number(section, "maximum-days", DAYS_USUAL, DAYS_MAX, problems);
  approval->is_signed = read_signed(section, problems);
  check_class(section, services, problems);
  if (!approval->posts[0])
    problems_add(problems, section_place(section),
                 "approval \"%s\" has no posts; name who may approve: posts = "
                 "{ \"Departmental IT Security Officer\" }",
                 section->title);
  if (g_hash_table_contains(approvals->by_class, section->title))
    problems_add(problems, section_place(section),
                 "approval \"%s\" is there already; rename or remove one", section->title);
  g_hash_table_insert(approvals->by_class, g_strdup(section->title), approval);
}

static const Approval *
approval_for(const Approvals *approvals, const char *class)
{
  const Approval *approval = g_hash_table_lookup(approvals->by_class, class);
  return approval ? approval : g_hash_table_lookup(approvals->by_class, ALL_OTHERS);
}

static gboolean
post_approves(const Approval *approval, const char *post)
{
  return approval &&
         (post_is_among(approval->posts, post) || post_is_among(approval->seconds, post));
}

/* Nobody lends more than they have. */
static void
check_delegation(const Approvals *approvals, const Services *services, const Delegation *delegation,
                 Problems *problems)
{
  gboolean any = FALSE;
  GHashTableIter iter;
  void *approval;
  for (char **class = delegation->classes; *class; class ++) {
    if (!is_class(services, *class)) {
      g_autofree char *advice = spelling_advice(*class, services_classes(services));
      problems_add(problems, delegation->place, "there is no class \"%s\"; %s", *class, advice);
    } else if (!post_approves(approval_for(approvals, *class), delegation->post))
      problems_add(
          problems, delegation->place,
          "delegation \"%s\" lends more than there is: the post \"%s\" may not approve %s; "
          "leave that class out, or correct the post",
          delegation->name, delegation->post, *class);
  }
  g_hash_table_iter_init(&iter, approvals->by_class);
  while (!any && g_hash_table_iter_next(&iter, NULL, &approval))
    any = post_approves(approval, delegation->post);
  if (!any && !delegation->classes[0] && *delegation->post)
    problems_add(problems, delegation->place,
                 "delegation \"%s\" lends nothing: the post \"%s\" may approve no class; write one "
                 "of the posts of exceptions.conf",
                 delegation->name, delegation->post);
}

Approvals *
approvals_read(const char *dir, const Services *services, GChecksum *checksum, Problems *problems)
{
  Approvals *approvals = g_new0(Approvals, 1);
  g_autofree char *path = g_build_filename(dir, "exceptions.conf", NULL);
  g_autoptr(Syntax) syntax = NULL;
  approvals->by_class = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, approval_free);
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    syntax = syntax_read(dir, "exceptions.conf", &approval_schema, checksum, problems);
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_approval(approvals, g_ptr_array_index(syntax->sections, i), services, problems);
  approvals->keys = keys_read(dir, checksum, problems);
  approvals->delegations = delegations_read(dir, checksum, problems);
  for (guint i = 0; i < delegations_count(approvals->delegations); i++)
    check_delegation(approvals, services, delegations_nth(approvals->delegations, i), problems);
  return approvals;
}

/* --- judging --- */

static Url *
url_of_host(const char *host)
{
  g_autofree char *text = g_strdup_printf("https://%s/", host);
  Url *url = url_parse(text, strlen(text), FALSE);
  if (url && strcmp(url->host, host) == 0 && !strpbrk(host, "*/?#@"))
    return url;
  url_free(url);
  return NULL;
}

/* Is anything below this host registrable, as below a public suffix? */
static gboolean
is_suffix(const char *host)
{
  g_autofree char *below = g_strdup_printf("x.%s", host);
  g_autofree char *domain = url_domain(below);
  return strcmp(domain, below) == 0;
}

/* The host of a whole service, of several, or of everybody below a public suffix. A tenant's own
 * host (vendor.sharepoint.com) is not: the catalogue knows what is above it. */
static gboolean
is_shared(const Services *services, const Url *url)
{
  return (url->flags & URL_IP) != 0 || is_suffix(url->host) ||
         services_reach_below(services, url->host);
}

/* The class that the exception is of; NULL and a fault if it names what there is not. */
static const char *
class_of(const Services *services, const Exception *exception, gboolean *wide, char **fault)
{
  if (exception->class_name) {
    *wide = TRUE;
    if (name_index(services_classes(services), exception->class_name) >= 0)
      return exception->class_name;
    g_autofree char *advice = spelling_advice(exception->class_name, services_classes(services));
    *fault = g_strdup_printf("there is no class \"%s\"; %s", exception->class_name, advice);
    return NULL;
  }
  if (exception->service) {
    const Service *service = services_named(services, exception->service);
    if (service)
      return service->class_name;
    g_autofree char *advice = spelling_advice(exception->service, services_ids(services));
    *fault = g_strdup_printf("there is no service \"%s\"; %s", exception->service, advice);
    return NULL;
  }
  g_autoptr(Url) url = exception->host ? url_of_host(exception->host) : NULL;
  if (!url) {
    *fault = g_strdup_printf("\"%s\" is no host; write one such as vendor.sharepoint.com",
                             exception->host ? exception->host : "");
    return NULL;
  }
  *wide = is_shared(services, url);
  const Service *service = services_find(services, url);
  return service ? service->class_name : ALL_OTHERS;
}

static char *
posts_words(char **posts)
{
  return posts[0] ? g_strjoinv(", ", posts) : g_strdup("nobody");
}

/* --- who approves --- */

/* One of the two approvers, with what the exception says of them. */
typedef struct voice {
  const char *person, *post, *delegation;
  gint64 when;
} Voice;

static Voice
first_voice(const Exception *exception)
{
  return (Voice){exception->approver, exception->post, exception->delegation, exception->approved};
}

static Voice
second_voice(const Exception *exception)
{
  return (Voice){exception->second, exception->second_post, exception->second_delegation,
                 exception->seconded ? exception->seconded : exception->approved};
}

/* What is asked of a class and of what is wide in it. */
typedef struct level {
  const Approvals *approvals;
  const Approval *approval;
  const char *class_name;
  gboolean wide;
} Level;

static char **
second_posts(const Level *level)
{
  return level->wide ? level->approval->seconds : level->approval->posts;
}

static gboolean
lends(const Level *level, const Delegation *delegation, const Voice *voice, char **posts)
{
  return delegation_covers(delegation, voice->person, level->class_name, voice->when) &&
         post_is_among(posts, delegation->post);
}

static gboolean
may_approve(const Level *level, const Voice *voice, char **posts)
{
  const Delegation *by = voice->delegation
                             ? delegations_named(level->approvals->delegations, voice->delegation)
                             : NULL;
  return voice->delegation ? by && lends(level, by, voice, posts)
                           : post_is_among(posts, voice->post);
}

/* The first by which they may, where their own post does not let them; or NULL. */
static const Delegation *
delegation_for(const Level *level, const Voice *voice, char **posts)
{
  const Delegations *all = level->approvals->delegations;
  for (guint i = 0; voice->person && i < delegations_count(all); i++) {
    const Delegation *delegation = delegations_nth(all, i);
    if (!post_is_among(posts, voice->post) && lends(level, delegation, voice, posts))
      return delegation;
  }
  return NULL;
}

static void
note_delegation(const Delegation *delegation, char **name, char **behalf)
{
  if (!delegation)
    return;
  g_free(*name);
  g_free(*behalf);
  *name = g_strdup(delegation->name);
  *behalf = g_strdup_printf("%s, %s", delegation->by, delegation->post);
}

/* --- faults --- */

/* Whoever stands in must not do for somebody what that one may not do. */
static char *
fault_of_delegations(const Level *level, const Exception *exception)
{
  const Voice voices[] = {first_voice(exception), second_voice(exception)};
  for (size_t i = 0; i < G_N_ELEMENTS(voices); i++) {
    const Voice *voice = &voices[i], *other = &voices[1 - i];
    const Delegation *by = voice->delegation
                               ? delegations_named(level->approvals->delegations, voice->delegation)
                               : NULL;
    if (!by)
      continue;
    if (names_agree(by->by, exception->requester) || names_agree(by->by, exception->user))
      return g_strdup_printf("%s stands in for %s, who cannot be the approver", voice->person,
                             by->by);
    if (names_agree(by->by, other->person))
      return g_strdup_printf("%s stands in for %s, who is an approver already", voice->person,
                             by->by);
  }
  return NULL;
}

static char *
fault_of_second(const Level *level, const Exception *exception, gboolean unapproved)
{
  const Voice second = second_voice(exception);
  g_autofree char *posts = posts_words(second_posts(level));
  if (!level->wide && (level->approval->approvers < 2 || unapproved))
    return NULL;
  if ((exception->two_person && !exception->second) ||
      may_approve(level, &second, second_posts(level)))
    return NULL;
  return g_strdup_printf("%s a second approver (--second, --second-post) in one of these posts: %s",
                         level->wide ? "it is for a group, a whole class or a shared host, which "
                                       "needs"
                                     : "what is of this class needs",
                         posts);
}

static char *
fault_of_signature(const Level *level, const Exception *exception)
{
  if (exception->signature)
    return signed_approval_fault(level->approvals->keys, exception);
  if (!level->approval->is_signed)
    return NULL;
  return g_strdup_printf("what is approved of %s must be signed: cordon exceptions import",
                         level->class_name);
}

static char *
fault_of_approval(const Level *level, const Exception *exception)
{
  const Approval *approval = level->approval;
  const Voice first = first_voice(exception);
  gint64 days = (exception->end - exception->start + SECONDS_A_DAY - 1) / SECONDS_A_DAY;
  g_autofree char *posts = posts_words(approval->posts);
  gboolean unapproved = exception->break_glass && !exception->approver;
  if (!unapproved && !may_approve(level, &first, approval->posts))
    return g_strdup_printf("the post \"%s\" may not approve %s; these may: %s", exception->post,
                           level->class_name, posts);
  if (days > approval->days)
    return g_strdup_printf("it is for %" G_GINT64_FORMAT " days; %s is approved for %u at most",
                           days, level->class_name, approval->days);
  char *fault = fault_of_second(level, exception, unapproved);
  if (!fault && !unapproved)
    fault = fault_of_signature(level, exception);
  return fault ? fault : fault_of_delegations(level, exception);
}

/* FALSE with a fault where nobody may approve it. */
static gboolean
level_of(const Approvals *approvals, const Services *services, const Exception *exception,
         Level *level, char **fault)
{
  *level = (Level){.approvals = approvals};
  level->class_name = class_of(services, exception, &level->wide, fault);
  if (!level->class_name)
    return FALSE;
  level->wide |= exception->group != NULL; /* nobody knows who will be in it */
  level->approval = approval_for(approvals, level->class_name);
  if (!level->approval)
    *fault = g_strdup_printf("nobody may approve %s; name posts in exceptions.conf: "
                             "approval \"%s\" { posts = { … } }",
                             level->class_name, level->class_name);
  return level->approval != NULL;
}

gboolean
approvals_view(const Approvals *approvals, const Services *services, const Exception *exception,
               ApprovalView *view)
{
  Level level;
  g_autofree char *fault = NULL;
  if (!level_of(approvals, services, exception, &level, &fault))
    return FALSE;
  gboolean two = level.wide || level.approval->approvers == 2;
  *view = (ApprovalView){level.approval->posts, two ? second_posts(&level) : NULL,
                         level.approval->days, level.approval->is_signed};
  return TRUE;
}

char *
approvals_fault(const Approvals *approvals, const Services *services, const Exception *exception)
{
  Level level;
  char *fault = NULL;
  return level_of(approvals, services, exception, &level, &fault)
             ? fault_of_approval(&level, exception)
             : fault;
}

const Key *
approvals_signer(const Approvals *approvals, const char *text, const char *signature, gint64 when,
                 char **fault)
{
  return signed_approval_signer(approvals->keys, text, signature, when, fault);
}

gboolean
approvals_vouch(const Approvals *approvals, const Services *services, const Exception *exception)
{
  Level level;
  g_autofree char *fault = NULL;
  if (exception->break_glass && !exception->ratified)
    return TRUE;
  if (exception->signature && (fault = signed_approval_fault(approvals->keys, exception)) != NULL)
    return FALSE;
  if (!level_of(approvals, services, exception, &level, &fault))
    return FALSE;
  gboolean two = level.wide || level.approval->approvers == 2;
  return !level.approval->is_signed ||
         (exception->signature && (exception->second_signature || !two));
}

void
approvals_complete(const Approvals *approvals, const Services *services, Exception *exception)
{
  Level level;
  g_autofree char *fault = NULL;
  if (!level_of(approvals, services, exception, &level, &fault))
    return;
  const Voice first = first_voice(exception), second = second_voice(exception);
  note_delegation(delegation_for(&level, &first, level.approval->posts), &exception->delegation,
                  &exception->behalf);
  note_delegation(delegation_for(&level, &second, second_posts(&level)),
                  &exception->second_delegation, &exception->second_behalf);
  if (exception->approver && !exception->second &&
      (level.wide ? exception->signature != NULL : level.approval->approvers == 2))
    exception->two_person = TRUE;
}
