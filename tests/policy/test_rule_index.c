/* The index against the scan that it stands for: random rules and random findings, and how many
 * rules are asked when there are thousands. rule_applies is counted by the linker's --wrap. */
#include "fixture.h"

#include "policy.h"
#include "ruleset_data.h"
#include "schemas.h"

static guint applied;

gboolean __real_rule_applies(const Rule *rule, const Question *question);
gboolean __wrap_rule_applies(const Rule *rule, const Question *question);

gboolean
__wrap_rule_applies(const Rule *rule, const Question *question)
{
  applied++;
  return __real_rule_applies(rule, question);
}

static const char services_conf[] =
    "service drive { title = D class = cloud-storage hosts = drive.example }\n"
    "service gmail { title = G class = webmail hosts = mail.example mail = mail.example }\n"
    "service chat { title = C class = messaging hosts = chat.example schemes = chat }\n";

static const char types_conf[] = "group program { extensions = { exe, com } }\n"
                                 "group pdf { extensions = pdf content = \"application/pdf\" }\n";

static Ruleset *
load_policy(const char *policy)
{
  g_autofree char *dir = folder_new();
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_write(dir, "cordon.conf",
               "own-domains = { dept.example }\nown-networks = { 10.0.0.0/8 }\n"
               "trusted-authserv-ids = mx.example\n",
               -1);
  folder_write(dir, "types.conf", types_conf, -1);
  folder_write(dir, "services/a.conf", services_conf, -1);
  folder_write(dir, "lists/feed.txt", "evil.example\ndrive.example/evil\n", -1);
  folder_write(dir, "lists/more.txt", "evil.example\n", -1);
  folder_write(dir, "groups/staff.txt", "dept.example\n", -1);
  folder_write(dir, "groups/boss.txt", "boss@dept.example\n@hq.dept.example\n", -1);
  folder_write(
      dir, "notices.conf",
      "notice n { tier = policy title-en = x title-zh-hant = x title-zh-hans = x why-en = x "
      "why-zh-hant = x why-zh-hans = x todo-en = x todo-zh-hant = x todo-zh-hans = x }\n",
      -1);
  folder_write(dir, "policy.conf", policy, -1);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  folder_remove(dir);
  if (*text)
    fail_msg("%.2000s", text);
  return ruleset;
}

/* --- random rules --- */

static const char *
pick(GRand *random, const char *const *words)
{
  return words[g_rand_int_range(random, 0, (gint32)g_strv_length((char **)words))];
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define ANY_KIND "link file anomaly sender markup results text"

static const struct condition {
  const char *option, *kinds;
  const char *const *words;
} conditions[] = {
    {"class", "link sender", WORDS("cloud-storage", "webmail", "messaging")},
    {"service", "link sender", WORDS("drive", "gmail", "chat")},
    {"host", "link sender markup",
     WORDS("drive.example", "a.evil.example", "evil.example", "*-x.evil.example", "192.0.2.1")},
    {"list", "link sender", WORDS("feed", "more")},
    {"scheme", "link", WORDS("https", "chat", "mailto")},
    {"use", "link", WORDS("follow", "load", "mail")},
    {"field", "link", WORDS("subject", "list-*")},
    {"trait", "link", WORDS("userinfo", "port", "malformed", "shortener")},
    {"trait", "file", WORDS("encrypted", "macro", "limit")},
    {"trait", "markup", WORDS("script", "handler")},
    {"trait", "sender", WORDS("no-domain", "homograph", "personal-webmail")},
    {"trait", "results", WORDS("forged")},
    {"trait", "text", WORDS("call-back", "imitated-notice", "private-channel")},
    {"type", "file", WORDS("program", "pdf")},
    {"extension", "file", WORDS("exe", "pdf")},
    {"size-over", "file", WORDS("1", "2K")},
    {"malware", "file", WORDS("yes", "no")},
    {"inner", "file", WORDS("yes", "no")},
    {"anomaly", "anomaly", WORDS("ambiguous", "limit", "repeated-field")},
    {"exception", "link", WORDS("no")},
    {"direction", ANY_KIND, WORDS("inbound", "outbound", "internal")},
    {"sender", ANY_KIND,
     WORDS("<>", "a@out.example", "@out.example", "out.example", "dept.example")},
    {"recipient", ANY_KIND, WORDS("b@dept.example", "@hq.dept.example", "dept.example", "c@x.org")},
    {"recipient-class", ANY_KIND, WORDS("webmail", "messaging")},
    {"group", ANY_KIND, WORDS("staff", "boss")},
    {"auth", ANY_KIND, WORDS("yes", "no")},
    {"from-date", ANY_KIND, WORDS("1990-01-01", "2036-01-01")},
    {"until-date", ANY_KIND, WORDS("1990-01-01", "2036-01-01")},
    {"days", ANY_KIND, WORDS("mon", "tue", "sun")},
    {"hours", ANY_KIND, WORDS("00:00-12:00", "12:00-24:00")},
    {"spf", ANY_KIND, WORDS("pass", "fail")},
    {"dkim", ANY_KIND, WORDS("pass", "fail")},
    {"dmarc", ANY_KIND, WORDS("pass", "fail")},
};

static gboolean
can_be_asked(const struct condition *condition, char *const *kinds)
{
  for (; *kinds; kinds++)
    if (strstr(condition->kinds, *kinds))
      return TRUE;
  return FALSE;
}

static const struct condition *
random_condition(GRand *random, char *const *kinds, const char *option)
{
  guint n = (guint)g_rand_int_range(random, 0, G_N_ELEMENTS(conditions));
  while (!can_be_asked(&conditions[n], kinds) ||
         (option && strcmp(conditions[n].option, option) != 0))
    n = (n + 1) % G_N_ELEMENTS(conditions);
  return &conditions[n];
}

static gboolean
takes_list(const char *name)
{
  const OptionSchema *option = rule_schema.options;
  while (strcmp(option->name, name) != 0)
    option++;
  return option->list;
}

/* An option with one value, or with two of which each may be about another kind. */
static void
add_condition(GString *policy, GRand *random, char *const *kinds, GHashTable *asked)
{
  const struct condition *one = random_condition(random, kinds, NULL);
  const struct condition *two = random_condition(random, kinds, one->option);
  if (!g_hash_table_add(asked, (char *)one->option))
    return;
  g_string_append_printf(policy, "%s = { \"%s\"", one->option, pick(random, one->words));
  if (takes_list(one->option) && g_rand_boolean(random))
    g_string_append_printf(policy, ", \"%s\"", pick(random, two->words));
  g_string_append(policy, " } ");
}

static char *
random_policy(GRand *random, int rules)
{
  static const char *const kinds[] = {"link",    "link",      "link",      "file",
                                      "anomaly", "sender",    "markup",    "results",
                                      "text",    "link file", "link text", NULL};
  static const char *const actions[] = {"pass", "hold", "reject", NULL};
  static const char *const modes[] = {"enforce", "enforce", "observe", "mark", NULL};
  GString *policy = g_string_new(NULL);
  for (int i = 0; i < rules; i++) {
    g_auto(GStrv) on = g_strsplit(pick(random, kinds), " ", -1);
    g_autofree char *on_text = g_strjoinv(", ", on);
    g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
    g_string_append_printf(policy, "rule r%d { on = { %s } notice = n action = %s mode = %s ", i,
                           on_text, pick(random, actions), pick(random, modes));
    for (int k = g_rand_int_range(random, 0, 4); k > 0; k--)
      add_condition(policy, random, on, asked);
    g_string_append(policy, "}\n");
  }
  return g_string_free(policy, FALSE);
}

/* A condition that random rules do not ask for would not be held against the index. */
static void
test_all_conditions(void **state)
{
  static const char *const outcomes[] = {"on",     "action",     "tier",      "notice", "mode",
                                         "reason", "mode-until", "mode-then", NULL};
  for (const OptionSchema *option = rule_schema.options; option->name; option++) {
    gboolean known = g_strv_contains(outcomes, option->name);
    for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++)
      known |= strcmp(conditions[i].option, option->name) == 0;
    if (!known)
      fail_msg("random rules never ask for %s: add it to conditions[]", option->name);
  }
}

/* --- random findings --- */

static Url *
random_url(GRand *random)
{
  static const char *const urls[] = {"https://drive.example/evil",
                                     "https://a.drive.example/",
                                     "https://mail.example/",
                                     "chat:x",
                                     "https://b.a.evil.example/",
                                     "https://q-x.evil.example/",
                                     "https://other.example/",
                                     "mailto:a@mail.example",
                                     "https://192.0.2.1/",
                                     "https://a..evil.example/",
                                     NULL};
  const char *text = pick(random, urls);
  return url_parse(text, strlen(text), FALSE);
}

static BitSet
random_traits(GRand *random)
{
  BitSet traits = 0;
  for (int n = g_rand_int_range(random, 0, 4); n > 0; n--)
    traits |= BIT(g_rand_int_range(random, 0, TRAITS));
  return traits;
}

static Finding *
random_finding(GRand *random)
{
  static const char *const names[] = {"a.exe", "a.pdf", "a.pdf.exe", "a.txt", NULL};
  Finding *finding = finding_new((FindingKind)g_rand_int_range(random, 0, FINDING_KINDS), 0);
  gboolean links = finding->kind == FINDING_LINK || finding->kind == FINDING_SENDER ||
                   finding->kind == FINDING_MARKUP;
  finding->traits = random_traits(random);
  finding->sender_traits = (unsigned)g_rand_int_range(random, 0, 1 << SENDER_TRAITS);
  finding->cues = (unsigned)g_rand_int_range(random, 0, 1 << CUES);
  finding->size = (guint64)g_rand_int_range(random, 0, 4000);
  finding->anomaly = (AnomalyKind)g_rand_int_range(random, 0, ANOMALY_KINDS);
  finding->link.use = (LinkUse)g_rand_int_range(random, 0, LINK_QR + 1);
  finding->link.flags = g_rand_boolean(random) ? LINK_RELATIVE : 0;
  if (links && g_rand_int_range(random, 0, 5) > 0)
    finding->url = random_url(random);
  if (finding->url && g_rand_boolean(random)) {
    finding->hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
    g_ptr_array_add(finding->hops,
                    hop_new(url_parse("https://mail.example/", 21, FALSE), -1, TRUE));
  }
  if (finding->kind == FINDING_FILE) {
    g_free(finding->name);
    finding->name = g_strdup(pick(random, names));
    finding->inner = g_rand_boolean(random);
  }
  if (finding->kind == FINDING_RESULTS)
    finding->auth = auth_field_parse((const unsigned char *)"mx.example; spf=pass", 20);
  return finding;
}

static Letter *
random_letter(GRand *random)
{
  static const char *const senders[] = {
      "", "a@out.example", "A@Sub.Out.Example", "b@dept.example", "local", NULL};
  static const char *const directions[] = {"inbound", "outbound", "internal", "", NULL};
  Letter *letter = letter_new();
  letter_set(&letter->sender, pick(random, senders));
  letter_set(&letter->direction, pick(random, directions));
  letter_set(&letter->client_addr, g_rand_boolean(random) ? "192.0.2.9" : "");
  letter_set(&letter->auth_user, g_rand_boolean(random) ? "b" : "");
  letter->received = g_rand_boolean(random) ? 1793582100 : 0;
  return letter;
}

/* --- the same rules apply --- */

static const char *const recipients[] = {"b@dept.example",
                                         "B@Dept.Example",
                                         "c@x.org",
                                         "d@dept.example",
                                         "e@hq.dept.example",
                                         "boss@dept.example",
                                         "f@mail.example",
                                         "nobody",
                                         "",
                                         "g@elsewhere.test",
                                         NULL};

static char *
applying(const Ruleset *ruleset, const Question *question, RuleWalk *walk)
{
  GString *names = g_string_new(NULL);
  const Rule *rule;
  if (walk)
    rule_walk_begin(walk, question);
  for (guint i = 0; (rule = walk                      ? rule_walk_next(walk)
                            : i < ruleset->rules->len ? g_ptr_array_index(ruleset->rules, i)
                                                      : NULL);
       i++)
    if (__real_rule_applies(rule, question))
      g_string_append_printf(names, "%s ", rule->name);
  return g_string_free(names, FALSE);
}

static Question
question_of(const Ruleset *ruleset, const Letter *letter, const char *recipient,
            const unsigned *results)
{
  return (Question){.types = ruleset->types,
                    .services = ruleset->services,
                    .exceptions = ruleset->exceptions,
                    .letter = letter,
                    .direction = policy_direction(ruleset, letter),
                    .results = results,
                    .recipient = recipient};
}

static int
compare_walks(const Ruleset *ruleset, Question *question, const GPtrArray *findings)
{
  g_autoptr(RuleWalk) walk = rule_walk_new(ruleset->index, question);
  int wrong = 0;
  for (guint i = 0; i < findings->len; i++) {
    question->finding = g_ptr_array_index(findings, i);
    for (int hop = -1; hop < (question->finding->hops ? 1 : 0); hop++) {
      Hop at = finding_place(question->finding, hop);
      question->at = &at;
      g_autofree char *want = applying(ruleset, question, NULL);
      g_autofree char *got = applying(ruleset, question, walk);
      wrong += differs(finding_kind_name(question->finding->kind), got, want);
    }
  }
  return wrong;
}

static void
test_same_as_scan(void **state)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(6);
  int wrong = 0;
  for (int round = 0; round < 60 && !wrong; round++) {
    g_autofree char *policy = random_policy(random, g_rand_int_range(random, 1, 80));
    g_autoptr(Ruleset) ruleset = load_policy(policy);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    for (int i = 0; i < 40; i++)
      g_ptr_array_add(findings, random_finding(random));
    policy_classify(ruleset, findings);
    for (size_t i = 0; i < G_N_ELEMENTS(recipients); i++) {
      g_autoptr(Letter) letter = random_letter(random);
      const unsigned results[AUTH_METHODS] = {g_rand_boolean(random) ? AUTH_BIT(AUTH_PASS) : 0,
                                              AUTH_BIT(AUTH_FAIL)};
      Question question = question_of(ruleset, letter, recipients[i], results);
      wrong += compare_walks(ruleset, &question, findings);
    }
    if (wrong)
      print_error("%s", policy);
  }
  assert_int_equal(wrong, 0);
}

/* Whoever has the same view is the same to each rule. */
static void
test_views(void **state)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  int wrong = 0, alike = 0;
  for (int round = 0; round < 40; round++) {
    g_autofree char *policy = random_policy(random, 12);
    g_autoptr(Ruleset) ruleset = load_policy(policy);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Letter) letter = random_letter(random);
    const unsigned results[AUTH_METHODS] = {0};
    for (int i = 0; i < 20; i++)
      g_ptr_array_add(findings, random_finding(random));
    policy_classify(ruleset, findings);
    for (int pair = 0; pair < 20; pair++) {
      const char *one = pick(random, recipients), *other = pick(random, recipients);
      g_autofree char *first = rule_index_view(ruleset->index, ruleset->services, letter, one);
      g_autofree char *second = rule_index_view(ruleset->index, ruleset->services, letter, other);
      if (strcmp(first, second) != 0)
        continue;
      alike++;
      for (guint i = 0; i < findings->len; i++) {
        Question question = question_of(ruleset, letter, one, results);
        question.finding = g_ptr_array_index(findings, i);
        Hop at = finding_place(question.finding, -1);
        question.at = &at;
        g_autofree char *want = applying(ruleset, &question, NULL);
        question.recipient = other;
        g_autofree char *got = applying(ruleset, &question, NULL);
        wrong += differs(first, got, want);
      }
    }
  }
  assert_int_equal(wrong, 0);
  assert_true(alike > 100);
}

/* --- thousands --- */

#define MANY 8000

static char *
many_rules(int many)
{
  static const char *const forms[] = {
      "on = link host = v#.example action = pass",
      "on = link sender = \"@v#.example\" class = webmail action = pass",
      "on = link recipient = \"u#@dept.example\" class = webmail action = flag",
      ("on = link sender = dept.example host = a#.example direction = outbound "
       "action = flag mode = observe"),
  };
  GString *policy = g_string_new(NULL);
  for (int i = 0; i < many; i++) {
    g_autoptr(GString) rule = g_string_new("rule m# { notice = n ");
    g_autofree char *number = g_strdup_printf("%d", i);
    g_string_append(rule, forms[i % 4]);
    g_string_replace(rule, "#", number, 0);
    g_string_append_printf(policy, "%s }\n", rule->str);
  }
  g_string_append(policy, "rule l { on = link list = feed notice = n action = remove }\n"
                          "rule w { on = link class = webmail notice = n action = defang }\n"
                          "rule u { on = link trait = malformed notice = n action = defang }\n");
  return g_string_free(policy, FALSE);
}

/* How many rules a message with these findings asks. */
static guint
rules_asked(int many)
{
  g_autofree char *policy = many_rules(many);
  g_autoptr(Ruleset) ruleset = load_policy(policy);
  g_autoptr(GRand) random = g_rand_new_with_seed(8);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(Letter) letter = letter_new();
  for (int i = 0; i < 50; i++)
    g_ptr_array_add(findings, random_finding(random));
  letter_set(&letter->sender, "a@v1.example");
  letter_set(&letter->client_addr, "192.0.2.9");
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strsplit("u2@dept.example,x@dept.example,y@dept.example", ",", -1);
  policy_classify(ruleset, findings);
  applied = 0;
  g_autoptr(Plan) plan = policy_decide(ruleset, letter, findings);
  assert_int_equal(plan->decisions->len, 50);
  return applied;
}

/* Findings ask about as many rules among thousands as among a few. */
static void
test_thousands(void **state)
{
  guint few = rules_asked(4), many = rules_asked(MANY);
  if (few == 0 || many > few + 50)
    fail_msg("%u rules were asked where there are few, %u of %d", few, many, MANY);
}

/* --- rules that take what others ask for --- */

static void
test_like(void **state)
{
  g_autofree char *policy = many_rules(400);
  g_autoptr(Ruleset) ruleset = load_policy(policy);
  g_autoptr(RuleWalk) walk = rule_walk_new(ruleset->index, NULL);
  for (guint i = 0; i < ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i), *like;
    guint seen = 0;
    gboolean itself = FALSE;
    rule_walk_begin_like(walk, rule);
    for (; (like = rule_walk_next(walk)); seen++)
      itself |= like == rule;
    assert_true(itself && seen < 10);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_conditions), cmocka_unit_test(test_same_as_scan),
      cmocka_unit_test(test_views),          cmocka_unit_test(test_thousands),
      cmocka_unit_test(test_like),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
