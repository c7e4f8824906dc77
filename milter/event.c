#include "event.h"

#include "bounds.h"
#include "json.h"

#include <string.h>

static gboolean
is_acted_on(const Decision *decision)
{
  return decision->action != ACTION_PASS || decision->wanted != ACTION_PASS;
}

/* These stand first, and only the others fall away when there are too many. */
static gboolean
is_notable(const Decision *decision)
{
  return is_acted_on(decision) || decision->exception != NULL;
}

/* The name of the next member of an object or, with NULL, the next element of an array. */
static void
add_name(GString *json, const char *name)
{
  char last = json->str[json->len - 1];

  if (last != '{' && last != '[')
    g_string_append_c(json, ',');
  if (name == NULL)
    return;
  g_string_append_c(json, '"');
  g_string_append(json, name);
  g_string_append(json, "\":");
}

static void
add_value(GString *json, const char *value)
{
  if (strlen(value) <= LIMIT_EVIDENCE) {
    json_add_string(json, value);
  } else {
    g_autofree char *cut = g_strndup(value, LIMIT_EVIDENCE);
    json_add_string(json, cut);
  }
}

static void
add_string(GString *json, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  add_name(json, name);
  add_value(json, value);
}

static void
add_number(GString *json, const char *name, gint64 value)
{
  add_name(json, name);
  g_string_append_printf(json, "%" G_GINT64_FORMAT, value);
}

static void
add_strings(GString *json, const char *name, const GPtrArray *values)
{
  if (values == NULL || values->len == 0)
    return;
  add_name(json, name);
  g_string_append_c(json, '[');
  for (guint i = 0; i < values->len; i++) {
    add_name(json, NULL);
    add_value(json, g_ptr_array_index(values, i));
  }
  g_string_append_c(json, ']');
}

static void
add_traits(GString *json, BitSet traits)
{
  if (traits == 0)
    return;
  add_name(json, "traits");
  g_string_append_c(json, '[');
  for (int id = 0; id < TRAITS; id++)
    if (traits & BIT(id)) {
      add_name(json, NULL);
      add_value(json, trait_name((TraitId)id));
    }
  g_string_append_c(json, ']');
}

static void
add_sender_traits(GString *json, unsigned traits)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (int id = 0; id < SENDER_TRAITS; id++)
    if (traits & (1u << id))
      g_ptr_array_add(names, (gpointer)sender_trait_name((SenderTraitId)id));
  add_strings(json, "traits", names);
}

static void
add_cues(GString *json, unsigned cues)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (int id = 0; id < CUES; id++)
    if (cues & (1u << id))
      g_ptr_array_add(names, (gpointer)cue_name((CueId)id));
  add_strings(json, "traits", names);
}

/* "auth":{"spf":["pass"],"dmarc":["fail"]} */
static void
add_auth(GString *json, const unsigned results[AUTH_METHODS])
{
  add_name(json, "auth");
  g_string_append_c(json, '{');
  for (int method = 0; method < AUTH_METHODS; method++) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (int i = 0; i < AUTH_OTHER; i++)
      if (results[method] & AUTH_BIT(i))
        g_ptr_array_add(names, (gpointer)auth_result_names[i]);
    if (results[method] & AUTH_BIT(AUTH_OTHER))
      g_ptr_array_add(names, (gpointer) "unknown");
    add_strings(json, auth_method_names[method], names);
  }
  g_string_append_c(json, '}');
}

static const char *
place_name(const Finding *finding, int hop)
{
  const Url *url = finding_place(finding, hop).url;

  return *url->host != '\0' ? url->host : url->scheme;
}

/* The hosts of a link's other addresses: "via" those that lead to the one that it is about, "to"
 * the rest, each once. */
static void
add_hops(GString *json, const Finding *finding, int hop)
{
  g_autoptr(GPtrArray) via = g_ptr_array_new(), to = g_ptr_array_new();
  const char *own = place_name(finding, hop);

  if (finding->hops == NULL)
    return;
  for (int i = hop; i >= 0;) {
    i = finding_place(finding, i).from;
    g_ptr_array_insert(via, 0, (gpointer)place_name(finding, i));
  }
  for (int i = 0; i < (int)finding->hops->len; i++) {
    const char *name = place_name(finding, i);

    if (strcmp(name, own) != 0 && !g_ptr_array_find_with_equal_func(via, name, g_str_equal, NULL) &&
        !g_ptr_array_find_with_equal_func(to, name, g_str_equal, NULL))
      g_ptr_array_add(to, (gpointer)name);
  }
  add_strings(json, "via", via);
  add_strings(json, "to", to);
}

static void
add_link(GString *json, const Finding *finding, int hop, gboolean evidence)
{
  static const char *const uses[] = {"follow", "load", "submit", "redirect",
                                     "base",   "text", "header", "qr"};
  const Url *url = finding_place(finding, hop).url;

  add_string(json, "use", uses[finding->link.use]);
  add_string(json, "element", finding->link.element);
  if (finding->inner)
    add_string(json, "path", finding->path);
  if (url != NULL) {
    add_string(json, "scheme", url->scheme);
    add_string(json, "host", url->host);
    add_string(json, "domain", url->domain);
    add_hops(json, finding, hop);
  }
  if (evidence) {
    add_string(json, "url", finding->link.target);
    add_string(json, "text", finding->link.text);
  }
}

static void
add_file(GString *json, const Finding *finding)
{
  add_string(json, "path", finding->path);
  add_string(json, "type", finding->content_type);
  add_string(json, "engine_type", finding->content_note);
  add_string(json, "declared", finding->declared_type);
  add_string(json, "sha256", finding->sha256);
  add_string(json, "malware", finding->malware);
  add_strings(json, "groups", finding->groups);
  add_number(json, "size", (gint64)finding->size);
}

static void
add_decision(GString *json, const Decision *decision)
{
  add_string(json, "action", action_name(decision->action));
  if (decision->wanted != decision->action)
    add_string(json, "wanted", action_name(decision->wanted));
  if (decision->mode != MODE_ENFORCE)
    add_string(json, "mode", mode_name(decision->mode));
  add_string(json, "tier", tier_name(decision->tier));
  add_string(json, "rule", decision->rule);
  add_string(json, "exception", decision->exception);
}

/* What an event is made of. */
typedef struct source {
  const Letter *letter;
  const Ruleset *ruleset;
  const Tree *tree;
  const Plan *plan;
} Source;

static void
add_reasons(GString *json, const Source *source, const Finding *finding, const Decision *decision)
{
  g_autoptr(GPtrArray) why =
      policy_why(source->ruleset, source->letter, source->plan, finding, decision);

  add_string(json, "notice", decision->notice);
  add_string(json, "observed", decision->observed);
  add_strings(json, "why", why);
}

static void
add_finding(GString *json, const Source *source, const Finding *finding, const Decision *decision)
{
  Hop at = finding_place(finding, decision->hop);

  add_name(json, NULL);
  g_string_append_c(json, '{');
  add_string(json, "kind", finding_kind_name(finding->kind));
  add_string(json, "part", tree_part(source->tree, finding->part)->path);
  add_string(json, "class", at.class_name);
  add_string(json, "service", at.service);
  if (finding->kind == FINDING_LINK)
    add_link(json, finding, decision->hop, *source->letter->queue_id == '\0');
  if (finding->kind == FINDING_FILE)
    add_file(json, finding);
  if (finding->kind == FINDING_MARKUP) {
    add_string(json, "element", finding->active.element);
    add_string(json, "attribute", finding->active.attribute);
    add_string(json, "host", finding->url != NULL ? finding->url->host : NULL);
    add_string(json, "detail", finding->detail);
  }
  if (finding->kind == FINDING_TEXT && *source->letter->queue_id == '\0')
    add_string(json, "words", finding->cue.words); /* what people wrote is not for the log */
  if (finding->kind == FINDING_SENDER)
    add_string(json, "host", at.url != NULL ? at.url->host : NULL);
  if (finding->kind == FINDING_ANOMALY) {
    add_string(json, "anomaly", anomaly_name(finding->anomaly));
    add_string(json, "detail", finding->detail);
  }
  add_traits(json, finding->traits);
  add_sender_traits(json, finding->sender_traits);
  add_cues(json, finding->cues);
  add_string(json, "resembles", finding->resembles);
  add_strings(json, "lists", at.lists);
  add_decision(json, decision);
  if (source->letter->why)
    add_reasons(json, source, finding, decision);
  g_string_append_c(json, '}');
}

/* There in every message, so told of only where something comes of it. */
static gboolean
is_of_senders(const Finding *finding)
{
  return finding->kind == FINDING_SENDER || finding->kind == FINDING_RESULTS;
}

static void
add_findings(GString *json, const Source *source, const GPtrArray *findings)
{
  guint left = LIMIT_EVENT_FINDINGS;

  add_name(json, "findings");
  g_string_append_c(json, '[');
  for (int notable = 1; notable >= 0; notable--)
    for (guint i = 0; i < findings->len && left > 0; i++) {
      const Decision *decision = &g_array_index(source->plan->decisions, Decision, i);
      const Finding *finding = g_ptr_array_index(findings, i);

      if (is_notable(decision) != notable || (is_of_senders(finding) && !notable))
        continue;
      add_finding(json, source, finding, decision);
      left--;
    }
  g_string_append_c(json, ']');
}

static void
add_counts(GString *json, const GPtrArray *findings, const Plan *plan)
{
  gint64 kinds[FINDING_KINDS] = {0}, acted = 0, excepted = 0;

  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    kinds[finding->kind]++;
    acted += is_acted_on(&g_array_index(plan->decisions, Decision, i));
    excepted += g_array_index(plan->decisions, Decision, i).exception != NULL;
  }
  add_name(json, "counts");
  g_string_append_c(json, '{');
  add_number(json, "links", kinds[FINDING_LINK]);
  add_number(json, "files", kinds[FINDING_FILE]);
  add_number(json, "anomalies", kinds[FINDING_ANOMALY]);
  if (kinds[FINDING_MARKUP] > 0)
    add_number(json, "markup", kinds[FINDING_MARKUP]);
  if (kinds[FINDING_TEXT] > 0)
    add_number(json, "text", kinds[FINDING_TEXT]);
  add_number(json, "acted", acted);
  if (excepted > 0)
    add_number(json, "excepted", excepted);
  g_string_append_c(json, '}');
}

static void
add_times(GString *json, const StageTimes *times)
{
  add_name(json, "stages_us");
  g_string_append_c(json, '{');
  for (int stage = 0; stage < STAGES; stage++)
    add_number(json, stage_name(stage), times->us[stage]);
  g_string_append_c(json, '}');
}

char *
event_json(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
           const Ruleset *ruleset, const StageTimes *times, const char *error)
{
  GString *json = g_string_sized_new(4096);

  g_string_append_c(json, '{');
  add_string(json, "rules", ruleset_version(ruleset));
  add_string(json, "direction", policy_direction(ruleset, letter));
  add_number(json, "parts", tree->parts->len);
  add_counts(json, findings, plan);
  add_strings(json, "exceptions", plan->exceptions);
  if (plan->auth[AUTH_SPF] || plan->auth[AUTH_DKIM] || plan->auth[AUTH_DMARC])
    add_auth(json, plan->auth);
  add_string(json, "error", error);
  add_findings(json, &(Source){letter, ruleset, tree, plan}, findings);
  add_times(json, times);
  g_string_append_c(json, '}');
  return g_string_free(json, FALSE);
}

static const char *
class_of(const Finding *finding, const Decision *decision)
{
  const Hop at = finding_place(finding, decision->hop);

  if (decision->notice != NULL && *decision->notice != '\0')
    return decision->notice;
  if (at.class_name != NULL)
    return at.class_name;
  return finding_kind_name(finding->kind);
}

char *
event_classes(const GPtrArray *findings, const Plan *plan)
{
  g_autoptr(GPtrArray) seen = g_ptr_array_new();

  for (guint i = 0; i < findings->len; i++) {
    const Decision *decision = &g_array_index(plan->decisions, Decision, i);
    const char *name = class_of(g_ptr_array_index(findings, i), decision);

    if (decision->action != ACTION_PASS &&
        !g_ptr_array_find_with_equal_func(seen, name, g_str_equal, NULL))
      g_ptr_array_add(seen, (gpointer)name);
  }
  g_ptr_array_add(seen, NULL);
  return g_strjoinv(", ", (char **)seen->pdata);
}
