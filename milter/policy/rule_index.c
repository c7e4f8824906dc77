/* rule_index.c - rules by what they ask for.
 *
 * The first rule that applies decides, so without help each finding asks each rule. But most rules
 * of a large set are about one sender, one group, one host: of ten thousand a finding can concern a
 * dozen. So each rule is filed under one of its conditions, with each of the values (keys) that it
 * gives there, and a finding asks those alone that are filed under what it has: its sender's
 * addresses, its host and those above, its service, its traits. Which condition: the one whose keys
 * the fewest rules share. A rule that asks for nothing else is filed under the kinds of findings
 * that it is for. In the end all files that a finding meets are merged in the order of the rules.
 *
 * What is left out is certain not to apply; that is all that is promised. So the index knows
 * nothing of modes, dates or exceptions, and whether a rule does apply is asked of rule_applies
 * alone. This must hold: if the predicate of a condition says yes, the finding has one of the
 * rule's keys there; if it cannot tell (and then any rule but a pass rule applies), the finding is
 * given all such rules that are filed under it: `unsure`. */
#include "rule_index.h"

#include <string.h>

#include "addresses.h"

/* In this order where two are shared by as few: what is asked once for all findings first. */
typedef enum condition {
  BY_SENDER,
  BY_RECIPIENT,
  BY_CIRCLE,
  BY_HOST,
  BY_SERVICE,
  BY_CLASS,
  BY_LIST,
  BY_TYPE,
  BY_ANOMALY,
  BY_TRAIT,
  BY_KIND,
  CONDITIONS
} Condition;

typedef struct file {
  guint asked;   /* how many rules have its key */
  GArray *rules; /* guint: those filed here, ascending */
} File;

struct rule_index {
  const GPtrArray *rules;
  GHashTable *files[CONDITIONS]; /* key ─▶ File *; the keys are the rules' */
  GArray *unsure[CONDITIONS];    /* guint, ascending */
  GHashTable *recipients;        /* pattern ─▶ number of the set of rules that have it */
  const Groups *groups;
  GHashTable *circles; /* const Group * that rules ask for ─▶ its number, from 1 */
  gboolean by_recipient_class;
};

/* What is still to come of a file. */
typedef struct run {
  const guint *at, *end;
} Run;

struct rule_walk {
  const RuleIndex *index;
  GArray *message; /* Run: the same for all findings */
  GArray *runs;    /* Run */
};

/* --- the keys of a rule --- */

static void
add_words(GPtrArray *keys, const WordSet *set)
{
  for (char **word = set ? set->words : NULL; word && *word; word++)
    g_ptr_array_add(keys, *word);
}

static void *
bit_key(guint bit)
{
  return GUINT_TO_POINTER(bit + 1);
}

static void
add_bits(GPtrArray *keys, BitSet bits, guint first)
{
  for (guint bit = 0; bits; bit++, bits >>= 1)
    if (bits & 1)
      g_ptr_array_add(keys, bit_key(first + bit));
}

static void
add_name(const char *name, void *keys)
{
  g_ptr_array_add(keys, (char *)name);
}

/* None where it does not ask. */
static void
keys_of(const Rule *rule, Condition by, GPtrArray *keys)
{
  g_ptr_array_set_size(keys, 0);
  switch (by) {
  case BY_SENDER:
    add_words(keys, rule->senders);
    break;
  case BY_RECIPIENT:
    add_words(keys, rule->recipients);
    break;
  case BY_CIRCLE:
    for (guint i = 0; rule->circles && i < rule->circles->len; i++)
      g_ptr_array_add(keys, g_ptr_array_index(rule->circles, i));
    break;
  case BY_HOST:
    if (rule->hosts)
      hostmap_each_name(rule->hosts, add_name, keys);
    break;
  case BY_SERVICE:
    add_words(keys, rule->services);
    break;
  case BY_CLASS:
    add_words(keys, rule->classes);
    break;
  case BY_LIST:
    add_words(keys, rule->lists);
    break;
  case BY_TYPE:
    add_words(keys, rule->groups);
    break;
  case BY_ANOMALY:
    add_bits(keys, rule->anomalies, 0);
    break;
  case BY_TRAIT:
    add_bits(keys, rule->traits, 0);
    add_bits(keys, rule->sender_traits, TRAITS);
    add_bits(keys, rule->cues, TRAITS + SENDER_TRAITS);
    break;
  case BY_KIND:
    add_bits(keys, rule->on, 0);
    break;
  case CONDITIONS:
    break;
  }
}

/* --- filing --- */

static void
file_free(void *data)
{
  File *file = data;
  if (file->rules)
    g_array_unref(file->rules);
  g_free(file);
}

static gboolean
has_words(Condition by)
{
  return by != BY_CIRCLE && by < BY_ANOMALY;
}

static File *
file_at(RuleIndex *index, Condition by, void *key)
{
  File *file = g_hash_table_lookup(index->files[by], key);
  if (!file) {
    file = g_new0(File, 1);
    g_hash_table_insert(index->files[by], key, file);
  }
  return file;
}

static void
count(RuleIndex *index, const Rule *rule, GPtrArray *keys)
{
  for (Condition by = 0; by < CONDITIONS; by++) {
    keys_of(rule, by, keys);
    for (guint i = 0; i < keys->len; i++)
      file_at(index, by, g_ptr_array_index(keys, i))->asked++;
  }
}

/* The most rules that share one of the keys. */
static guint
shared(RuleIndex *index, Condition by, const GPtrArray *keys)
{
  guint most = 0;
  for (guint i = 0; i < keys->len; i++)
    most = MAX(most, file_at(index, by, g_ptr_array_index(keys, i))->asked);
  return most;
}

static Condition
most_selective(RuleIndex *index, const Rule *rule, GPtrArray *keys)
{
  Condition best = BY_KIND;
  guint least = G_MAXUINT;
  for (Condition by = 0; by < CONDITIONS; by++) {
    keys_of(rule, by, keys);
    guint sharing = keys->len ? shared(index, by, keys) : G_MAXUINT;
    if (sharing < least) {
      least = sharing;
      best = by;
    }
  }
  return best;
}

static void
file_rule(RuleIndex *index, guint n, GPtrArray *keys)
{
  const Rule *rule = g_ptr_array_index(index->rules, n);
  Condition by = most_selective(index, rule, keys);
  keys_of(rule, by, keys);
  for (guint i = 0; i < keys->len; i++) {
    File *file = file_at(index, by, g_ptr_array_index(keys, i));
    if (!file->rules)
      file->rules = g_array_new(FALSE, FALSE, sizeof(guint));
    if (!file->rules->len || g_array_index(file->rules, guint, file->rules->len - 1) != n)
      g_array_append_val(file->rules, n); /* once, where a value is given twice */
  }
  if (rule->action != ACTION_PASS)
    g_array_append_val(index->unsure[by], n);
}

static gboolean
is_empty(void *key, void *file, void *unused)
{
  return !((const File *)file)->rules;
}

/* --- how recipients are told apart --- */

/* Patterns of the same rules get the same number: who fits another one of them is no other person
 * to any rule. */
static void
number_recipients(RuleIndex *index)
{
  g_autoptr(GHashTable) rules_of = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GStringChunk) texts = g_string_chunk_new(4096);
  GHashTableIter iter;
  void *pattern, *text;
  for (guint n = 0; n < index->rules->len; n++) {
    const Rule *rule = g_ptr_array_index(index->rules, n);
    for (char **p = rule->recipients ? rule->recipients->words : NULL; p && *p; p++) {
      GString *list = g_hash_table_lookup(rules_of, *p);
      if (!list)
        g_hash_table_insert(rules_of, *p, list = g_string_new(NULL));
      g_string_append_printf(list, "%u,", n);
    }
  }
  g_hash_table_iter_init(&iter, rules_of);
  while (g_hash_table_iter_next(&iter, &pattern, &text)) {
    GString *list = text;
    const char *rules = g_string_chunk_insert_const(texts, list->str);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, rules));
    if (!number) {
      number = g_hash_table_size(numbers) + 1;
      g_hash_table_insert(numbers, (char *)rules, GUINT_TO_POINTER(number));
    }
    g_hash_table_insert(index->recipients, pattern, GUINT_TO_POINTER(number));
    g_string_free(list, TRUE);
  }
}

static void
note_circles(RuleIndex *index)
{
  for (guint n = 0; n < index->rules->len; n++) {
    const Rule *rule = g_ptr_array_index(index->rules, n);
    index->by_recipient_class |= rule->recipient_classes != NULL;
    for (guint i = 0; rule->circles && i < rule->circles->len; i++) {
      void *group = g_ptr_array_index(rule->circles, i);
      guint number = g_hash_table_size(index->circles) + 1;
      if (!g_hash_table_contains(index->circles, group))
        g_hash_table_insert(index->circles, group, GUINT_TO_POINTER(number));
    }
  }
}

static void
add_looked_up(const RuleIndex *index, GString *view, const Letter *letter, const char *recipient)
{
  const GPtrArray *groups = groups_looked_up(index->groups);
  for (guint i = 0; i < groups->len; i++) {
    const char *name = group_name(g_ptr_array_index(groups, i));
    g_string_append_printf(view, "%d ", memberships_get(letter->memberships, name, recipient));
  }
}

char *
rule_index_view(const RuleIndex *index, const Services *services, const Letter *letter,
                const char *recipient)
{
  GString *view = g_string_new(NULL);
  g_autofree char *lower = g_ascii_strdown(recipient, -1);
  const char *class_name = NULL;
  for (const char *p = address_pattern_first(lower); p; p = address_pattern_next(p)) {
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(index->recipients, p));
    if (number)
      g_string_append_printf(view, "%u ", number);
  }
  g_autoptr(GPtrArray) groups = groups_of(index->groups, recipient);
  for (guint i = 0; i < groups->len; i++) {
    void *number = g_hash_table_lookup(index->circles, g_ptr_array_index(groups, i));
    if (number)
      g_string_append_printf(view, "in %u ", GPOINTER_TO_UINT(number));
  }
  add_looked_up(index, view, letter, recipient);
  if (index->by_recipient_class)
    g_string_append_printf(view, "%d ", recipient_class(services, recipient, &class_name));
  if (class_name)
    g_string_append(view, class_name);
  return g_string_free(view, FALSE);
}

/* --- the whole --- */

RuleIndex *
rule_index_new(const GPtrArray *rules, const Groups *groups)
{
  RuleIndex *index = g_new0(RuleIndex, 1);
  g_autoptr(GPtrArray) keys = g_ptr_array_new();
  index->rules = rules;
  index->groups = groups;
  index->recipients = g_hash_table_new(g_str_hash, g_str_equal);
  index->circles = g_hash_table_new(NULL, NULL);
  for (Condition by = 0; by < CONDITIONS; by++) {
    index->files[by] = g_hash_table_new_full(has_words(by) ? g_str_hash : NULL,
                                             has_words(by) ? g_str_equal : NULL, NULL, file_free);
    index->unsure[by] = g_array_new(FALSE, FALSE, sizeof(guint));
  }
  for (guint n = 0; n < rules->len; n++)
    count(index, g_ptr_array_index(rules, n), keys);
  for (guint n = 0; n < rules->len; n++)
    file_rule(index, n, keys);
  for (Condition by = 0; by < CONDITIONS; by++)
    g_hash_table_foreach_remove(index->files[by], is_empty, NULL);
  number_recipients(index);
  note_circles(index);
  return index;
}

void
rule_index_free(RuleIndex *index)
{
  if (!index)
    return;
  for (Condition by = 0; by < CONDITIONS; by++) {
    g_hash_table_unref(index->files[by]);
    g_array_unref(index->unsure[by]);
  }
  g_hash_table_unref(index->recipients);
  g_hash_table_unref(index->circles);
  g_free(index);
}

/* --- walking --- */

static void
add_run(GArray *runs, const GArray *rules)
{
  Run run = {(const guint *)(const void *)rules->data,
             (const guint *)(const void *)rules->data + rules->len};
  if (rules->len)
    g_array_append_val(runs, run);
}

static void
add_file(const RuleIndex *index, GArray *runs, Condition by, const void *key)
{
  const File *file = g_hash_table_lookup(index->files[by], key);
  if (file)
    add_run(runs, file->rules);
}

static void
add_address(const RuleIndex *index, GArray *runs, Condition by, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);
  for (const char *p = address_pattern_first(lower); p; p = address_pattern_next(p))
    add_file(index, runs, by, p);
}

/* Groups that are looked up are few: their rules are asked. */
static void
add_circles(const RuleIndex *index, GArray *runs, const char *person)
{
  const GPtrArray *looked_up = groups_looked_up(index->groups);
  for (guint i = 0; i < looked_up->len; i++)
    add_file(index, runs, BY_CIRCLE, g_ptr_array_index(looked_up, i));
  g_autoptr(GPtrArray) groups = groups_of(index->groups, person);
  for (guint i = 0; i < groups->len; i++)
    add_file(index, runs, BY_CIRCLE, g_ptr_array_index(groups, i));
}

static void
add_message(RuleWalk *walk, const Question *question)
{
  const RuleIndex *index = walk->index;
  const char *person = question_person(question);
  add_address(index, walk->message, BY_SENDER, question->letter->sender);
  if (question->recipient)
    add_address(index, walk->message, BY_RECIPIENT, question->recipient);
  else
    add_run(walk->message, index->unsure[BY_RECIPIENT]);
  if (person)
    add_circles(index, walk->message, person);
  else
    add_run(walk->message, index->unsure[BY_CIRCLE]);
}

RuleWalk *
rule_walk_new(const RuleIndex *index, const Question *question)
{
  RuleWalk *walk = g_new0(RuleWalk, 1);
  walk->index = index;
  walk->message = g_array_new(FALSE, FALSE, sizeof(Run));
  walk->runs = g_array_new(FALSE, FALSE, sizeof(Run));
  if (question)
    add_message(walk, question);
  return walk;
}

void
rule_walk_free(RuleWalk *walk)
{
  if (!walk)
    return;
  g_array_unref(walk->message);
  g_array_unref(walk->runs);
  g_free(walk);
}

/* Where an address leads. */
static void
add_place(const RuleIndex *index, GArray *runs, const Hop *at)
{
  const char *host = at->url->host;
  if (at->service)
    add_file(index, runs, BY_SERVICE, at->service);
  if (at->class_name)
    add_file(index, runs, BY_CLASS, at->class_name);
  for (guint i = 0; at->lists && i < at->lists->len; i++)
    add_file(index, runs, BY_LIST, g_ptr_array_index(at->lists, i));
  while (host && *host && g_hash_table_size(index->files[BY_HOST])) {
    add_file(index, runs, BY_HOST, host);
    host = strchr(host, '.');
    host = host ? host + 1 : NULL;
  }
}

static void
add_unread(const RuleIndex *index, GArray *runs)
{
  static const Condition places[] = {BY_HOST, BY_SERVICE, BY_CLASS, BY_LIST};
  for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
    add_run(runs, index->unsure[places[i]]);
}

static void
add_traits(const RuleIndex *index, GArray *runs, BitSet bits, guint first)
{
  for (guint bit = 0; bits; bit++, bits >>= 1)
    if (bits & 1)
      add_file(index, runs, BY_TRAIT, bit_key(first + bit));
}

void
rule_walk_begin(RuleWalk *walk, const Question *question)
{
  const RuleIndex *index = walk->index;
  const Finding *finding = question->finding;
  g_array_set_size(walk->runs, 0);
  g_array_append_vals(walk->runs, walk->message->data, walk->message->len);
  add_file(index, walk->runs, BY_KIND, bit_key(finding->kind));
  if (question->at->url)
    add_place(index, walk->runs, question->at);
  else if (match_without_url(finding) == MATCH_UNSURE)
    add_unread(index, walk->runs);
  for (guint i = 0; finding->groups && i < finding->groups->len; i++)
    add_file(index, walk->runs, BY_TYPE, g_ptr_array_index(finding->groups, i));
  if (finding->kind == FINDING_ANOMALY)
    add_file(index, walk->runs, BY_ANOMALY, bit_key(finding->anomaly));
  add_traits(index, walk->runs, finding->traits, 0);
  add_traits(index, walk->runs, finding->sender_traits, TRAITS);
  add_traits(index, walk->runs, finding->cues, TRAITS + SENDER_TRAITS);
}

/* Whoever takes all that the rule takes has all of its keys in each condition that it asks for, so
 * one of them will do. */
void
rule_walk_begin_like(RuleWalk *walk, const Rule *rule)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new();
  g_array_set_size(walk->runs, 0);
  for (Condition by = 0; by < CONDITIONS; by++) {
    keys_of(rule, by, keys);
    if (keys->len)
      add_file(walk->index, walk->runs, by, g_ptr_array_index(keys, 0));
  }
}

const Rule *
rule_walk_next(RuleWalk *walk)
{
  guint first = G_MAXUINT;
  for (guint i = 0; i < walk->runs->len; i++) {
    const Run *run = &g_array_index(walk->runs, Run, i);
    if (run->at < run->end)
      first = MIN(first, *run->at);
  }
  if (first == G_MAXUINT)
    return NULL;
  for (guint i = 0; i < walk->runs->len; i++) {
    Run *run = &g_array_index(walk->runs, Run, i);
    run->at += run->at < run->end && *run->at == first;
  }
  return g_ptr_array_index(walk->index->rules, first);
}
