#include "rule.h"

#include "file.h"

#include <string.h>

#include "addresses.h"
#include "names.h"

G_STATIC_ASSERT(ANOMALY_KINDS <= BITSET_SIZE);

void
rule_free(Rule *rule)
{
  if (!rule)
    return;
  g_free(rule->name);
  g_free(rule->label);
  wordset_free(rule->classes);
  wordset_free(rule->services);
  wordset_free(rule->lists);
  wordset_free(rule->schemes);
  hostmap_free(rule->hosts);
  g_strfreev(rule->fields);
  wordset_free(rule->groups);
  wordset_free(rule->extensions);
  wordset_free(rule->senders);
  wordset_free(rule->recipients);
  wordset_free(rule->recipient_classes);
  if (rule->circles)
    g_ptr_array_unref(rule->circles);
  g_free(rule->reason);
  g_free(rule);
}

/* --- predicates: each says yes to a rule that does not ask it --- */

static int
match_bool(gboolean yes)
{
  return yes ? MATCH_YES : MATCH_NO;
}

static int
match_ask(Ask ask, gboolean is)
{
  return match_bool(ask == (is ? ASK_YES : ASK_NO));
}

int
match_without_url(const Finding *finding)
{
  return finding->kind != FINDING_LINK || (finding->link.flags & LINK_RELATIVE) ? MATCH_NO
                                                                                : MATCH_UNSURE;
}

static int
match_on(const Rule *rule, const Question *q)
{
  return match_bool((rule->on & (1u << q->finding->kind)) != 0);
}

static int
match_class(const Rule *rule, const Question *q)
{
  if (!rule->classes)
    return MATCH_YES;
  if (!q->at->url)
    return match_without_url(q->finding);
  return match_bool(wordset_has(rule->classes, q->at->class_name));
}

static int
match_service(const Rule *rule, const Question *q)
{
  if (!rule->services)
    return MATCH_YES;
  if (!q->at->url)
    return match_without_url(q->finding);
  return match_bool(wordset_has(rule->services, q->at->service));
}

static int
match_host(const Rule *rule, const Question *q)
{
  if (!rule->hosts)
    return MATCH_YES;
  if (!q->at->url)
    return match_without_url(q->finding);
  return match_bool(hostmap_find(rule->hosts, q->at->url) != NULL);
}

static int
match_list(const Rule *rule, const Question *q)
{
  if (!rule->lists)
    return MATCH_YES;
  if (!q->at->url)
    return match_without_url(q->finding);
  return match_bool(wordset_meets(rule->lists, q->at->lists));
}

static int
match_scheme(const Rule *rule, const Question *q)
{
  if (!rule->schemes)
    return MATCH_YES;
  if (!q->at->url)
    return match_without_url(q->finding);
  return match_bool(wordset_has(rule->schemes, q->at->url->scheme));
}

static int
match_use(const Rule *rule, const Question *q)
{
  const Finding *finding = q->finding;
  if (!rule->uses)
    return MATCH_YES;
  if (finding->kind != FINDING_LINK)
    return MATCH_NO;
  unsigned use = 1u << finding->link.use;
  if (q->at->url && strcmp(q->at->url->scheme, "mailto") == 0)
    use |= USE_MAIL;
  return match_bool((rule->uses & use) != 0);
}

/* Does a name fit one of them? A '*' at the end of a pattern stands for anything. */
static gboolean
name_fits(char **patterns, const char *name)
{
  for (; *patterns; patterns++) {
    size_t n = strlen(*patterns);
    if (n > 0 && (*patterns)[n - 1] == '*' ? strncmp(*patterns, name, n - 1) == 0
                                           : strcmp(*patterns, name) == 0)
      return TRUE;
  }
  return FALSE;
}

static int
match_field(const Rule *rule, const Question *q)
{
  const Link *link = &q->finding->link;
  if (!rule->fields)
    return MATCH_YES;
  return match_bool(q->finding->kind == FINDING_LINK && link->use == LINK_HEADER && link->element &&
                    name_fits(rule->fields, link->element));
}

static int
match_trait(const Rule *rule, const Question *q)
{
  return match_bool((!rule->traits && !rule->sender_traits && !rule->cues) ||
                    (q->finding->traits & rule->traits) ||
                    (q->finding->sender_traits & rule->sender_traits) ||
                    (q->finding->cues & rule->cues));
}

/* A file is of a type if its content, a name or its declared type says so; it is so for certain,
 * as a pass rule needs it, only if none of them says otherwise. */
static int
match_type(const Rule *rule, const Question *q)
{
  if (!rule->groups)
    return MATCH_YES;
  if (!wordset_meets(rule->groups, q->finding->groups))
    return MATCH_NO;
  return types_all_within(q->types, q->finding, (const char *const *)rule->groups->words)
             ? MATCH_YES
             : MATCH_UNSURE;
}

static gboolean
name_has_extension(const Rule *rule, const char *name)
{
  g_autoptr(GPtrArray) endings = filename_endings(name);
  return wordset_meets(rule->extensions, endings);
}

static int
match_extension(const Rule *rule, const Question *q)
{
  const GPtrArray *names = q->finding->names;
  if (!rule->extensions)
    return MATCH_YES;
  gboolean any = q->finding->name && name_has_extension(rule, q->finding->name), all = any;
  for (guint i = 0; names && i < names->len; i++) {
    gboolean has = name_has_extension(rule, g_ptr_array_index(names, i));
    any |= has;
    all &= has;
  }
  return all ? MATCH_YES : any ? MATCH_UNSURE : MATCH_NO;
}

static int
match_size(const Rule *rule, const Question *q)
{
  return match_bool(!rule->has_size || q->finding->size > rule->size_over);
}

/* That a file is free of malware cannot be said if it could not be looked into. */
static int
match_malware(const Rule *rule, const Question *q)
{
  const Finding *finding = q->finding;
  if (!rule->malware)
    return MATCH_YES;
  if (rule->malware == ASK_NO && !finding->malware &&
      (finding->traits & (TRAIT(ENCRYPTED) | TRAIT(LIMIT) | TRAIT(CORRUPT))))
    return MATCH_UNSURE;
  return match_ask(rule->malware, finding->malware != NULL);
}

static int
match_inner(const Rule *rule, const Question *q)
{
  return rule->inner ? match_ask(rule->inner, q->finding->inner) : MATCH_YES;
}

static int
match_anomaly(const Rule *rule, const Question *q)
{
  const Finding *finding = q->finding;
  if (!rule->anomalies)
    return MATCH_YES;
  return match_bool(finding->kind == FINDING_ANOMALY && (rule->anomalies & BIT(finding->anomaly)));
}

const char *
question_person(const Question *question)
{
  gboolean leaves = strcmp(question->direction, "outbound") == 0;
  return leaves ? question->letter->sender : question->recipient;
}

const Exception *
question_exception(const Question *question)
{
  const Letter *letter = question->letter;
  if (question->finding->kind != FINDING_LINK || !question->at)
    return NULL;
  return exceptions_find(question->exceptions, question->claimant, question->direction,
                         question->vouched, question->at, letter->received);
}

static int
match_exception(const Rule *rule, const Question *q)
{
  return rule->exception ? match_ask(rule->exception, question_exception(q) != NULL) : MATCH_YES;
}

static int
match_direction(const Rule *rule, const Question *q)
{
  int direction = name_index(direction_names, q->direction);
  if (!rule->directions)
    return MATCH_YES;
  return direction < 0 ? MATCH_UNSURE : match_bool((rule->directions & (1u << direction)) != 0);
}

static int
match_sender(const Rule *rule, const Question *q)
{
  return match_bool(!rule->senders || addresses_hold(rule->senders, q->letter->sender));
}

static int
match_recipient(const Rule *rule, const Question *q)
{
  if (!rule->recipients)
    return MATCH_YES;
  return q->recipient ? match_bool(addresses_hold(rule->recipients, q->recipient)) : MATCH_UNSURE;
}

int
recipient_class(const Services *services, const char *recipient, const char **class_name)
{
  const char *at = recipient ? strrchr(recipient, '@') : NULL;
  if (!at)
    return recipient ? MATCH_NO : MATCH_UNSURE;
  g_autofree char *text = g_strconcat("mailto:x", at, NULL);
  g_autoptr(Url) url = url_parse(text, strlen(text), FALSE);
  if (!url || !*url->host)
    return MATCH_UNSURE;
  const Service *service = services_find(services, url);
  if (service)
    *class_name = service->class_name;
  return match_bool(service != NULL);
}

static int
match_recipient_class(const Rule *rule, const Question *q)
{
  const char *class_name = NULL;
  if (!rule->recipient_classes)
    return MATCH_YES;
  int known = recipient_class(q->services, q->recipient, &class_name);
  return known == MATCH_YES ? match_bool(wordset_has(rule->recipient_classes, class_name)) : known;
}

static int
match_circle(const Group *group, const Letter *letter, const char *person)
{
  if (!group_lookup(group))
    return match_bool(group_holds(group, person));
  switch (memberships_get(letter->memberships, group_name(group), person)) {
  case MEMBERSHIP_YES:
    return MATCH_YES;
  case MEMBERSHIP_NO:
    return MATCH_NO;
  case MEMBERSHIP_UNKNOWN:
    break;
  }
  return MATCH_UNSURE;
}

static int
match_circles(const Rule *rule, const Question *q)
{
  const char *person = question_person(q);
  if (!rule->circles)
    return MATCH_YES;
  int most = person ? MATCH_NO : MATCH_UNSURE;
  for (guint i = 0; person && i < rule->circles->len; i++)
    most = MAX(most, match_circle(g_ptr_array_index(rule->circles, i), q->letter, person));
  return most;
}

static int
match_when(const Rule *rule, const Question *q)
{
  if (!when_asks(&rule->when))
    return MATCH_YES;
  return q->letter->received ? match_bool(when_holds(&rule->when, q->letter->received))
                             : MATCH_UNSURE;
}

/* Without a client (a file, a local program) there was nobody to authenticate. */
static int
match_auth(const Rule *rule, const Question *q)
{
  if (!rule->auth)
    return MATCH_YES;
  if (!*q->letter->auth_user && !*q->letter->client_addr)
    return MATCH_UNSURE;
  return match_ask(rule->auth, *q->letter->auth_user != '\0');
}

/* What nobody has checked, or what several say differently, is not known. */
static int
match_method(unsigned asked, unsigned known)
{
  if (!asked)
    return MATCH_YES;
  if (!known || (known & AUTH_BIT(AUTH_OTHER)))
    return MATCH_UNSURE;
  if (!(known & asked))
    return MATCH_NO;
  return known & ~asked ? MATCH_UNSURE : MATCH_YES;
}

static int
match_results(const Rule *rule, const Question *q)
{
  int least = MATCH_YES;
  for (int method = 0; method < AUTH_METHODS; method++)
    least = MIN(least, match_method(rule->results[method], q->results[method]));
  return least;
}

/* The cheap ones first. */
static const struct predicate {
  const char *name; /* the option */
  int (*match)(const Rule *rule, const Question *q);
} predicates[] = {
    {"on", match_on},
    {"class", match_class},
    {"service", match_service},
    {"trait", match_trait},
    {"anomaly", match_anomaly},
    {"malware", match_malware},
    {"inner", match_inner},
    {"size-over", match_size},
    {"exception", match_exception},
    {"use", match_use},
    {"field", match_field},
    {"direction", match_direction},
    {"scheme", match_scheme},
    {"list", match_list},
    {"auth", match_auth},
    {"type", match_type},
    {"host", match_host},
    {"extension", match_extension},
    {"sender", match_sender},
    {"recipient", match_recipient},
    {"recipient-class", match_recipient_class},
    {"group", match_circles},
    {"days, hours or dates", match_when},
    {"spf, dkim or dmarc", match_results},
};

gboolean
rule_applies(const Rule *rule, const Question *question)
{
  int least = MATCH_YES;
  for (size_t i = 0; i < G_N_ELEMENTS(predicates) && least != MATCH_NO; i++)
    least = MIN(least, predicates[i].match(rule, question));
  return rule->action == ACTION_PASS ? least == MATCH_YES : least != MATCH_NO;
}

/* Not `spf`, `dkim` and `dmarc`, which stand in the message. */
int
rule_match_envelope(const Rule *rule, const Question *question)
{
  static int (*const asked[])(const Rule *rule, const Question *q) = {
      match_direction,       match_auth,    match_when, match_sender, match_recipient,
      match_recipient_class, match_circles,
  };
  int least = MATCH_YES;
  for (size_t i = 0; i < G_N_ELEMENTS(asked) && least != MATCH_NO; i++)
    least = MIN(least, asked[i](rule, question));
  return least;
}

const char *
rule_objection(const Rule *rule, const Question *question, gboolean *unsure)
{
  const int enough = rule->action == ACTION_PASS ? MATCH_YES : MATCH_UNSURE;
  for (size_t i = 0; i < G_N_ELEMENTS(predicates); i++) {
    int match = predicates[i].match(rule, question);
    *unsure = match == MATCH_UNSURE;
    if (match < enough)
      return predicates[i].name;
  }
  return NULL;
}

gboolean
rule_asks_address(const Rule *rule)
{
  return rule->classes || rule->services || rule->hosts || rule->lists || rule->schemes ||
         rule->exception;
}

gboolean
rule_is_for_class(const Rule *rule, const char *class_name)
{
  return (rule->on & (1u << FINDING_LINK)) && rule->classes &&
         g_strv_contains((const char *const *)rule->classes->words, class_name) && !rule->traits &&
         !rule->uses && !rule->hosts && !rule->services && !rule->lists && !rule->schemes &&
         !rule->fields;
}

gboolean
rule_is_scoped(const Rule *rule)
{
  for (int method = 0; method < AUTH_METHODS; method++)
    if (rule->results[method])
      return TRUE;
  return rule->directions || rule->senders || rule->recipients || rule->recipient_classes ||
         rule->circles || rule->auth || rule->exception || when_asks(&rule->when);
}

Mode
rule_mode(const Rule *rule, const Question *question)
{
  gboolean then = rule->mode_until && question->letter->received >= rule->mode_until;
  return then ? rule->mode_then : rule->mode;
}

gboolean
rule_decides(const Rule *rule, const Question *question)
{
  gboolean whole_message = rule->action == ACTION_HOLD || rule->action == ACTION_REJECT;
  Mode mode = rule_mode(rule, question);
  return mode == MODE_ENFORCE || (mode == MODE_MARK && !whole_message);
}
