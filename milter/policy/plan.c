/* plan.c - findings to decisions, decisions to a verdict. */
#include "policy.h"

#include <string.h>

#include "auth.h"
#include "ruleset_data.h"

/* Bytes of a reason: it stands in a log line, a queue file and an SMTP reply. */
#define REASON_MAX 200

/* --- one finding --- */

int
action_rank(Action action)
{
  static const int ranks[] = {
      [ACTION_PASS] = 0,   [ACTION_FLAG] = 1,   [ACTION_DEFANG] = 2, [ACTION_DISARM] = 3,
      [ACTION_REMOVE] = 4, [ACTION_REJECT] = 5, [ACTION_HOLD] = 6,
  };
  return ranks[action];
}

/* What a rule that decides makes happen. */
static Action
carried_out(const Rule *rule, const Question *question)
{
  if (rule_mode(rule, question) == MODE_MARK && rule->action != ACTION_PASS)
    return ACTION_FLAG;
  return rule->action;
}

static const char *
notice_for(const Ruleset *ruleset, const Rule *rule, const Question *q)
{
  if (rule->notice || rule->action == ACTION_PASS)
    return rule->notice;
  const char *id = finding_kind_name(q->finding->kind);
  if (rule->classes)
    id = q->at->class_name ? q->at->class_name : rule->classes->words[0];
  const Notice *notice = notices_find(ruleset->notices, id);
  return notice ? notice->id : NULL;
}

static Decision
decision_by(const Ruleset *ruleset, const Rule *rule, const Question *question, Action action)
{
  const Exception *exception = rule->exception == ASK_YES ? question_exception(question) : NULL;
  gboolean impostor = (rule->traits & question->finding->traits & TRAITS_OF_IMPOSTORS) != 0;
  return (Decision){.action = action,
                    .hop = impostor ? question->finding->impostor : -1,
                    .exception = exception ? exception->name : NULL,
                    .wanted = rule->action,
                    .mode = rule_mode(rule, question),
                    .tier = rule->tier,
                    .rule = rule->label,
                    .reason = rule->reason,
                    .notice = notice_for(ruleset, rule, question),
                    .by_service = rule->classes || rule->services};
}

static Decision
decision_default(const Finding *finding)
{
  gboolean hold = finding->kind == FINDING_ANOMALY && anomaly_is_ambiguous(finding->anomaly);
  Action action = hold ? ACTION_HOLD : ACTION_PASS;
  return (Decision){.action = action, .wanted = action, .rule = "default", .hop = -1};
}

/* The first rule that applies and decides; failing that, the default. */
static Decision
decide_once(const Ruleset *ruleset, RuleWalk *walk, const Question *question)
{
  const Rule *rule, *observed = NULL;
  rule_walk_begin(walk, question);
  while ((rule = rule_walk_next(walk))) {
    gboolean decides = rule_decides(rule, question);
    if ((observed && !decides) || !rule_applies(rule, question))
      continue;
    if (decides) {
      Decision decision = decision_by(ruleset, rule, question, carried_out(rule, question));
      decision.observed = observed ? observed->label : NULL;
      return decision;
    }
    observed = rule;
  }
  Decision decision = decision_default(question->finding);
  if (observed && decision.action == ACTION_PASS)
    decision = decision_by(ruleset, observed, question, ACTION_PASS);
  decision.observed = observed ? observed->label : NULL;
  return decision;
}

/* --- many addresses in one link --- */

/* A rule about the link as a whole has been asked already: if it decided there, or lets pass, that
 * is all there is to say of an address in the link. If not, the link's own address was exempt from
 * it, and what the link carries goes on to the next rule. */
static Decision
decide_carried(const Ruleset *ruleset, RuleWalk *walk, const Question *question,
               const Decision *own)
{
  const Rule *rule;
  rule_walk_begin(walk, question);
  while ((rule = rule_walk_next(walk))) {
    if (!rule_decides(rule, question) || !rule_applies(rule, question))
      continue;
    if (rule_asks_address(rule))
      return decision_by(ruleset, rule, question, carried_out(rule, question));
    if (rule->action == ACTION_PASS || rule->label == own->rule)
      break;
  }
  return decision_default(question->finding);
}

static gboolean
is_default(const Decision *decision)
{
  return strcmp(decision->rule, "default") == 0;
}

/* Of two decisions on addresses of one link, the inner address's second: does the second one count?
 * Where both come to the same the inner one does, if anything is known of it. */
static gboolean
is_weightier(const Decision *first, const Decision *second, const Hop *at)
{
  int more = action_rank(second->action) - action_rank(first->action);
  if (more == 0 && first->action != ACTION_PASS)
    more = (int)second->tier - (int)first->tier;
  return more > 0 ||
         (more == 0 && (at->class_name || at->lists) && (is_default(first) || !is_default(second)));
}

/* The rules are asked about the link's own address and about each that it carries. So a wrapper
 * that is let through lets nothing through that is in it, nor the other way round. */
static Decision
decide_hops(const Ruleset *ruleset, RuleWalk *walk, Question *question)
{
  Hop at = finding_place(question->finding, -1);
  question->at = &at;
  const Decision own = decide_once(ruleset, walk, question);
  Decision strictest = own;
  for (guint i = 0; question->finding->hops && i < question->finding->hops->len; i++) {
    at = finding_place(question->finding, (int)i);
    Decision decision = decide_carried(ruleset, walk, question, &own);
    decision.hop = (int)i;
    decision.observed = own.observed;
    if (is_weightier(&strictest, &decision, &at))
      strictest = decision;
  }
  question->at = NULL;
  return strictest;
}

/* --- many recipients --- */

/* One of those whom rules see alike, and what is the same for all findings in their letter. */
typedef struct recipient {
  const char *address; /* NULL: there is none */
  Claimant *claimant;
  RuleWalk *walk;
} Recipient;

static void
recipient_clear(void *data)
{
  Recipient *recipient = data;
  claimant_free(recipient->claimant);
  rule_walk_free(recipient->walk);
}

static Recipient *
recipient_at(const GArray *recipients, guint n)
{
  return &g_array_index(recipients, Recipient, n);
}

/* Who are alike here need only be asked for once. Whoever has exceptions of their own is like
 * nobody else, and those who have them by the same groups are alike. */
static char *
recipient_key(const Ruleset *ruleset, const Question *question)
{
  const Claimant *claimant =
      question_person(question) == question->recipient ? question->claimant : NULL;
  if (claimant && exceptions_concern(ruleset->exceptions, claimant))
    return g_strconcat("=", question->recipient, NULL);
  g_autofree char *view =
      rule_index_view(ruleset->index, ruleset->services, question->letter, question->recipient);
  GString *key = g_string_new(view);
  for (guint i = 0; claimant && i < claimant->groups->len; i++)
    g_string_append_printf(key, "\n%s", (char *)g_ptr_array_index(claimant->groups, i));
  return g_string_free(key, FALSE);
}

/* `seen` has the keys of those before; NULL where nobody asks for them. */
static void
add_recipient(const Ruleset *ruleset, Question *question, const char *address, GHashTable *seen,
              GArray *recipients)
{
  Recipient recipient = {.address = address};
  question->recipient = address;
  question->claimant = recipient.claimant = ruleset_claimant(ruleset, question);
  if (seen && address && !g_hash_table_add(seen, recipient_key(ruleset, question))) {
    recipient_clear(&recipient);
    return;
  }
  recipient.walk = rule_walk_new(ruleset->index, question);
  g_array_append_val(recipients, recipient);
}

/* One for each way in which rules see them; one without address if there is none to ask for. */
static GArray *
recipients_apart(const Ruleset *ruleset, Question *question)
{
  GArray *apart = g_array_new(FALSE, FALSE, sizeof(Recipient));
  gboolean alike = !ruleset->by_recipient && !ruleset_grants(ruleset);
  g_autoptr(GHashTable) seen =
      alike ? NULL : g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  char **rcpt = question->letter->rcpts;
  g_array_set_clear_func(apart, recipient_clear);
  do
    add_recipient(ruleset, question, *rcpt, seen, apart);
  while (!alike && *rcpt && *++rcpt);
  return apart;
}

static void
add_used(GPtrArray *used, const char *exception)
{
  if (exception && !g_ptr_array_find_with_equal_func(used, exception, g_str_equal, NULL))
    g_ptr_array_add(used, (char *)exception);
}

/* `used` gets the exceptions of all recipients by which it passes; none if it does not. */
static Decision
decide_strictest(const Ruleset *ruleset, Question *question, const GArray *recipients,
                 GPtrArray *used)
{
  Decision strictest = {0};
  guint before = used->len;
  for (guint i = 0; i < recipients->len; i++) {
    const Recipient *recipient = recipient_at(recipients, i);
    question->recipient = recipient->address;
    question->claimant = recipient->claimant;
    Decision decision = decide_hops(ruleset, recipient->walk, question);
    if (i == 0 || action_rank(decision.action) > action_rank(strictest.action))
      strictest = decision;
    add_used(used, decision.exception);
  }
  if (strictest.action != ACTION_PASS)
    g_ptr_array_set_size(used, (int)before);
  return strictest;
}

/* --- what is inside of files --- */

static const Finding *
finding_at(const GPtrArray *findings, guint n)
{
  return g_ptr_array_index(findings, n);
}

static Decision *
decision_at(GArray *decisions, guint n)
{
  return &g_array_index(decisions, Decision, n);
}

/* Part ─▶ its outer file's decision. */
static GHashTable *
outer_decisions(const GPtrArray *findings, GArray *decisions)
{
  GHashTable *outer = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = finding_at(findings, i);
    void *part = GUINT_TO_POINTER(finding->part);
    if (finding->kind == FINDING_FILE && !finding->inner && !g_hash_table_contains(outer, part))
      g_hash_table_insert(outer, part, decision_at(decisions, i));
  }
  return outer;
}

/* What an action on something inside asks of the whole part. Of a link that stays live, and of what
 * is done to the message, nothing. */
static Action
action_on_whole(const Finding *finding, Action action)
{
  if (finding->kind == FINDING_FILE)
    return action;
  return action == ACTION_DEFANG || action == ACTION_REMOVE ? ACTION_DISARM : ACTION_PASS;
}

/* What is to be done to an inner file is done to the part that it lies in, and a link in a file is
 * made to lead nowhere by disarming the file. One without such a part cannot be acted on, so the
 * message is held. */
static void
raise_outer(const GPtrArray *findings, GArray *decisions)
{
  g_autoptr(GHashTable) outer = outer_decisions(findings, decisions);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = finding_at(findings, i);
    Decision *inner = decision_at(decisions, i);
    Action action = action_on_whole(finding, inner->action);
    if (!finding->inner || action == ACTION_PASS)
      continue;
    Decision *whole = g_hash_table_lookup(outer, GUINT_TO_POINTER(finding->part));
    if (!whole) {
      inner->action = ACTION_HOLD;
    } else if (action_rank(action) > action_rank(whole->action)) {
      *whole = *inner;
      whole->action = action;
      whole->hop = -1;
    }
  }
}

/* --- verdict --- */

/* Printable ASCII only: this goes to SMTP replies. */
static char *
reason_clean(const char *text)
{
  GString *clean = g_string_new(NULL);
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  for (const char *p = valid; *p && clean->len < REASON_MAX; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c == 0x203a) /* the › of a path within an archive */
      c = '>';
    g_string_append_c(clean, c >= 0x20 && c < 0x7f && c != '%' ? (char)c : '?');
  }
  return g_string_free(clean, FALSE);
}

static char *
finding_words(const Finding *finding, int hop)
{
  const Url *url = finding_place(finding, hop).url;
  switch (finding->kind) {
  case FINDING_LINK:
    return g_strdup(url ? url->host : "an address that cannot be read");
  case FINDING_FILE:
    if (!finding->malware)
      return g_strdup(finding->path ? finding->path : "");
    return g_strdup_printf("%s (%s)", finding->path ? finding->path : "", finding->malware);
  case FINDING_ANOMALY:
    return g_strdup_printf("%s%s%s", anomaly_name(finding->anomaly), finding->detail ? ": " : "",
                           finding->detail ? finding->detail : "");
  case FINDING_MARKUP:
    return g_strdup_printf("%s in %s", trait_name((TraitId)finding->active.trait),
                           finding->active.element);
  case FINDING_TEXT:
    return g_strdup_printf("%s in the text", cue_name(finding->cue.id));
  case FINDING_RESULTS:
    return g_strdup("results of authentication");
  case FINDING_SENDER:
    return g_strdup("sender");
  case FINDING_KINDS:
    break;
  }
  return g_strdup("");
}

static char *
reason_make(const Decision *decision, const Finding *finding)
{
  g_autofree char *words = finding_words(finding, decision->hop);
  g_autofree char *text =
      g_strdup_printf("%s: %s%s%s", decision->rule, decision->reason ? decision->reason : "",
                      decision->reason ? ": " : "", words);
  return reason_clean(text);
}

static void
plan_conclude(Plan *plan, const GPtrArray *findings)
{
  guint worst = 0;
  for (guint i = 1; i < plan->decisions->len; i++)
    if (action_rank(decision_at(plan->decisions, i)->action) >
        action_rank(decision_at(plan->decisions, worst)->action))
      worst = i;
  plan->verdict = VERDICT_DELIVER;
  if (plan->decisions->len == 0)
    return;
  const Decision *decision = decision_at(plan->decisions, worst);
  if (decision->action != ACTION_HOLD && decision->action != ACTION_REJECT)
    return;
  plan->verdict = decision->action == ACTION_HOLD ? VERDICT_HOLD : VERDICT_REJECT;
  plan->reason = reason_make(decision, finding_at(findings, worst));
}

Plan *
policy_decide(const Ruleset *ruleset, const Letter *letter, const GPtrArray *findings)
{
  Plan *plan = g_new0(Plan, 1);
  Question question = {.types = ruleset->types,
                       .services = ruleset->services,
                       .exceptions = ruleset->exceptions,
                       .letter = letter,
                       .direction = policy_direction(ruleset, letter),
                       .results = plan->auth};
  g_autoptr(GArray) recipients = recipients_apart(ruleset, &question);
  auth_gather(ruleset->settings, findings, plan->auth);
  question.vouched = plan->vouched = auth_vouched(findings, plan->auth);
  plan->exceptions = g_ptr_array_new();
  plan->decisions = g_array_sized_new(FALSE, TRUE, sizeof(Decision), findings->len);
  for (guint i = 0; i < findings->len; i++) {
    question.finding = finding_at(findings, i);
    Decision decision = decide_strictest(ruleset, &question, recipients, plan->exceptions);
    g_array_append_val(plan->decisions, decision);
  }
  raise_outer(findings, plan->decisions);
  plan_conclude(plan, findings);
  return plan;
}

void
plan_free(Plan *plan)
{
  if (!plan)
    return;
  g_free(plan->reason);
  g_array_unref(plan->decisions);
  g_ptr_array_unref(plan->exceptions);
  g_free(plan);
}
