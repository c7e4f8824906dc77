#include "policy.h"

#include <string.h>

#include "names.h"
#include "ruleset_data.h"
#include "settings_read.h"
#include "syntax.h"

/* The order in which files are reported: what an administrator edits most comes first. */
static void
order_files(const char *dir, Problems *problems)
{
  static const char *const names[] = {"cordon.conf",      "policy.conf", "types.conf",
                                      "notices.conf",     "groups.conf", "exceptions.conf",
                                      "delegations.conf", "keys.conf"};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *file = syntax_name(dir, names[i]);
    problems_file(problems, file);
  }
}

/* What a link is used for, which policy is about and danger is not. */
#define TRAITS_OF_USE                                                                              \
  (TRAIT(SHORTENER) | TRAIT(SHARE) | TRAIT(ICON) | TRAIT(UPLOAD_REQUEST) | TRAIT(FILE_DOWNLOAD))

/* What no exception may pass by: a rule for what is dangerous whoever meets it. One that only flags
 * has to stand behind the classes, since what it flags stays live. */
static gboolean
is_above_exceptions(const Rule *rule)
{
  gboolean by_class = rule->classes || rule->services || rule->hosts || rule->uses;
  return (rule->on & (1u << FINDING_LINK)) != 0 && rule->action != ACTION_PASS &&
         rule->action != ACTION_FLAG &&
         (rule->lists || (rule->traits & ~TRAITS_OF_USE) || rule->tier == TIER_DANGER) && !by_class;
}

static void
check_exceptions(Ruleset *ruleset, const char *file, Problems *problems)
{
  const Rule *first = NULL;
  for (guint i = 0; i < ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i);
    if (!first && rule->exception == ASK_YES && rule->action == ACTION_PASS)
      first = rule;
    else if (first && is_above_exceptions(rule))
      problems_add(problems, (Place){file, first->line},
                   "rule \"%s\" lets exceptions pass by rule \"%s\" (line %u), which is about what "
                   "is dangerous for everybody; put it below that one",
                   first->name, rule->name, rule->line);
  }
}

/* A rule that lets pass is never without effect, or it would let others act that stand behind it.
 */
static void
set_modes(Ruleset *ruleset)
{
  for (guint i = 0; ruleset->settings && i < ruleset->rules->len; i++) {
    Rule *rule = g_ptr_array_index(ruleset->rules, i);
    if (!rule->names_mode && rule->action != ACTION_PASS)
      rule->mode = (Mode)ruleset->settings->mode;
  }
}

static void
check_results(const Ruleset *ruleset, const Rule *rule, const char *file, Problems *problems)
{
  gboolean asks = rule->results[AUTH_SPF] || rule->results[AUTH_DKIM] || rule->results[AUTH_DMARC];
  if (asks && ruleset->settings && !ruleset->settings->trusted_authserv_ids[0])
    problems_add(problems, (Place){file, rule->line},
                 "rule \"%s\" asks for results of authentication, and nobody's are believed; name "
                 "who adds them in cordon.conf: trusted-authserv-ids = { \"mx.example.gov.hk\" }",
                 rule->name);
}

/* What readers are told to follow must not be what rules take from them. */
static void
check_request(const Ruleset *ruleset, const char *dir, Problems *problems)
{
  const char *text = ruleset->settings ? ruleset->settings->request_url : "";
  g_autoptr(Url) url = *text ? url_parse(text, strlen(text), FALSE) : NULL;
  const Service *service = url ? services_find(ruleset->services, url) : NULL;
  g_autofree char *file = syntax_name(dir, "cordon.conf");
  if (*text && (!url || service))
    problems_add(problems, (Place){file, 0},
                 "request-url leads to %s; write the address of a form on your own intranet",
                 service ? service->id : "no host");
}

static void
check_rules(Ruleset *ruleset, const char *dir, Problems *problems)
{
  g_autofree char *file = syntax_name(dir, "policy.conf");
  if (ruleset->rules->len == 0 && problems_count(problems) == 0)
    problems_add(problems, (Place){file, 0},
                 "has no rule; add one: rule \"NAME\" { on = link  "
                 "class = cloud-storage  action = defang }");
  for (guint i = 0; i < ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i);
    ruleset->by_recipient |= rule->recipients || rule->circles || rule->recipient_classes;
    ruleset->by_exception |= rule->exception != ASK_NOTHING;
    check_results(ruleset, rule, file, problems);
  }
  check_exceptions(ruleset, file, problems);
}

/* For exceptions_set_vet. */
static gboolean
vouch(const Exception *exception, const void *data)
{
  const Ruleset *ruleset = data;
  return approvals_vouch(ruleset->approvals, ruleset->services, exception);
}

Ruleset *
ruleset_load(const char *dir, GPtrArray *errors)
{
  g_autoptr(Problems) problems = problems_new();
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autoptr(Ruleset) ruleset = g_new0(Ruleset, 1);
  order_files(dir, problems);
  ruleset->settings = settings_read(dir, checksum, problems);
  ruleset->types = types_read(dir, checksum, problems);
  ruleset->services = services_read(dir, checksum, problems);
  ruleset->lists = lists_read(dir, checksum, problems);
  ruleset->notices = notices_read(dir, checksum, problems);
  ruleset->groups = groups_read(dir, checksum, problems);
  ruleset->officials = officials_read(dir, checksum, problems);
  ruleset->approvals = approvals_read(dir, ruleset->services, checksum, problems);
  ruleset->rules = rules_read(dir, ruleset->services, ruleset->types, ruleset->lists,
                              ruleset->notices, ruleset->groups, checksum, problems);
  set_modes(ruleset);
  check_rules(ruleset, dir, problems);
  check_request(ruleset, dir, problems);
  g_strlcpy(ruleset->version, g_checksum_get_string(checksum), sizeof ruleset->version);
  if (problems_count(problems) == 0) {
    g_autofree char *record = exceptions_path(dir);
    ruleset->exceptions = exceptions_open(record);
    exceptions_set_vet(ruleset->exceptions, vouch, ruleset);
    if (ruleset->settings->own_domains[0])
      ruleset->own = wordset_new(g_strdupv(ruleset->settings->own_domains));
    ruleset->index = rule_index_new(ruleset->rules, ruleset->groups);
    ruleset->lookalikes = lookalikes_new(ruleset->services, ruleset->settings);
    return g_steal_pointer(&ruleset);
  }
  problems_report(problems, errors);
  return NULL;
}

void
ruleset_free(Ruleset *ruleset)
{
  if (!ruleset)
    return;
  wordset_free(ruleset->own);
  rule_index_free(ruleset->index);
  if (ruleset->rules)
    g_ptr_array_unref(ruleset->rules);
  exceptions_free(ruleset->exceptions);
  approvals_free(ruleset->approvals);
  groups_free(ruleset->groups);
  officials_free(ruleset->officials);
  notices_free(ruleset->notices);
  lists_free(ruleset->lists);
  lookalikes_free(ruleset->lookalikes);
  services_free(ruleset->services);
  types_free(ruleset->types);
  settings_free(ruleset->settings);
  g_free(ruleset);
}

const Exceptions *
ruleset_exceptions(const Ruleset *ruleset)
{
  return ruleset->exceptions;
}

void
ruleset_follow(const Ruleset *ruleset)
{
  if (ruleset->by_exception)
    exceptions_follow(ruleset->exceptions);
}

gboolean
ruleset_grants(const Ruleset *ruleset)
{
  return ruleset->by_exception && exceptions_count(ruleset->exceptions) > 0;
}

Claimant *
ruleset_claimant(const Ruleset *ruleset, const Question *question)
{
  if (!ruleset_grants(ruleset))
    return NULL;
  return claimant_new(ruleset->groups, question->letter->memberships, ruleset->exceptions,
                      question_person(question));
}

GPtrArray *
ruleset_exceptions_of(const Ruleset *ruleset, const Memberships *memberships, const char *address)
{
  const Exceptions *exceptions = ruleset->exceptions;
  g_autoptr(Claimant) claimant = claimant_new(ruleset->groups, memberships, exceptions, address);
  GPtrArray *theirs = g_ptr_array_new();
  for (guint i = 0; i < exceptions_count(exceptions); i++) {
    const Exception *exception = exceptions_nth(exceptions, i);
    if (exception_reaches(exception, claimant))
      g_ptr_array_add(theirs, (Exception *)exception);
  }
  return theirs;
}

/* Who approves may be given by address as well. */
static gboolean
is_of_group(const Groups *groups, const Exception *exception, const char *person)
{
  const Group *group = groups_named(groups, exception->group);
  return person && strchr(person, '@') && !group_lookup(group) && group_holds(group, person);
}

static char *
fault_of_groups(const Groups *groups, const Exception *exception)
{
  const char *const names[] = {exception->group, exception->computer_group};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    if (!names[i] || groups_named(groups, names[i]))
      continue;
    if (!groups_names(groups)[0])
      return g_strdup_printf("there is no group \"%s\"; put its addresses into groups/%s.txt",
                             names[i], names[i]);
    g_autofree char *advice = spelling_advice(names[i], groups_names(groups));
    return g_strdup_printf("there is no group \"%s\"; %s", names[i], advice);
  }
  if (exception->group && (is_of_group(groups, exception, exception->approver) ||
                           is_of_group(groups, exception, exception->second)))
    return g_strdup("nobody approves an exception for a group that they are in");
  return NULL;
}

void
ruleset_complete_approval(const Ruleset *ruleset, Exception *exception)
{
  approvals_complete(ruleset->approvals, ruleset->services, exception);
}

gboolean
ruleset_approval(const Ruleset *ruleset, const Exception *exception, ApprovalView *view)
{
  return approvals_view(ruleset->approvals, ruleset->services, exception, view);
}

gboolean
ruleset_host_is_shared(const Ruleset *ruleset, const char *host)
{
  return services_reach_below(ruleset->services, host);
}

gboolean
ruleset_signer(const Ruleset *ruleset, const char *text, const char *signature, gint64 when,
               Signer *signer, char **fault)
{
  const Key *key = approvals_signer(ruleset->approvals, text, signature, when, fault);
  if (key)
    *signer = (Signer){key->name, key->post, key->title};
  return key != NULL;
}

char *
ruleset_exception_fault(const Ruleset *ruleset, const Exception *exception, gint64 now)
{
  char *fault = exception_fault(exception, now);
  if (!fault)
    fault = fault_of_groups(ruleset->groups, exception);
  if (!fault && exception->sender && !ruleset->settings->trusted_authserv_ids[0])
    return g_strdup("nobody vouches for senders; name who adds results of DMARC in cordon.conf: "
                    "trusted-authserv-ids = { \"mx.example.gov.hk\" }");
  const Exception *before = fault ? NULL : exceptions_prolonged(ruleset->exceptions, exception);
  if (before)
    return g_strdup_printf(
        "approval \"%s\" was given for %s, which ends earlier; to prolong it takes "
        "an approval of its own",
        before->approval, before->name);
  return fault ? fault : approvals_fault(ruleset->approvals, ruleset->services, exception);
}

const Settings *
ruleset_settings(const Ruleset *ruleset)
{
  return ruleset->settings;
}

const char *
ruleset_version(const Ruleset *ruleset)
{
  return ruleset->version;
}

unsigned
ruleset_rule_count(const Ruleset *ruleset)
{
  return ruleset->rules->len;
}

const char *
ruleset_rule_label(const Ruleset *ruleset, unsigned n)
{
  return ((const Rule *)g_ptr_array_index(ruleset->rules, n))->label;
}

unsigned
ruleset_service_count(const Ruleset *ruleset)
{
  return services_count(ruleset->services);
}

char *
ruleset_list_sizes(const Ruleset *ruleset)
{
  return lists_sizes(ruleset->lists);
}

char *
ruleset_lookups(const Ruleset *ruleset)
{
  const GPtrArray *groups = groups_looked_up(ruleset->groups);
  GString *lines = g_string_new(NULL);
  for (guint i = 0; i < groups->len; i++) {
    g_autofree char *line = lookup_to_line(group_lookup(g_ptr_array_index(groups, i)));
    g_string_append_printf(lines, "%s%s", lines->len ? "\n" : "", line);
  }
  return g_string_free(lines, FALSE);
}

const Notice *
ruleset_notice(const Ruleset *ruleset, const char *id)
{
  return notices_find(ruleset->notices, id);
}

static unsigned
count_names(const char *const *names)
{
  return g_strv_length((char **)names);
}

static void
append_count(GString *text, unsigned count, const char *one, const char *many)
{
  g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", count, count == 1 ? one : many);
}

char *
ruleset_summary(const Ruleset *ruleset)
{
  GString *text = g_string_new(NULL);
  unsigned classes = count_names(services_classes(ruleset->services));
  append_count(text, ruleset->rules->len, "rule", "rules");
  append_count(text, services_count(ruleset->services), "service", "services");
  g_string_append_printf(text, " in %u %s", classes, classes == 1 ? "class" : "classes");
  append_count(text, count_names(types_names(ruleset->types)), "file group", "file groups");
  append_count(text, lists_count(ruleset->lists), "list", "lists");
  append_count(text, count_names(notices_ids(ruleset->notices)), "notice", "notices");
  return g_string_free(text, FALSE);
}
