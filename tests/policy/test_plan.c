/* Rules and findings in, decisions out. A finding is written as words:
 *   link https://x/ use=load text relative trait=userinfo carries=https://y/
 *   file a.exe content=application/pdf declared=text/plain trait=encrypted malware=X inner part=2
 *   anomaly repeated-field
 * and a decision as "action rule-name notice tier". */
#include "fixture.h"

#include "policy.h"

static const char services_conf[] =
    "service drive { title = \"Google Drive\" class = cloud-storage hosts = drive.google.com }\n"
    "service gmail { title = Gmail class = webmail hosts = mail.google.com mail = gmail.com }\n"
    "service whatsapp { title = WA class = messaging hosts = wa.me schemes = whatsapp }\n";

static const char settings_conf[] =
    "own-domains = { dept.gov.hk }\nown-networks = { 10.0.0.0/8 }\n";

static const char types_conf[] = "group executable { extensions = { exe } content = "
                                 "\"application/x-dosexec\" engine = CL_TYPE_MSEXE }\n"
                                 "group pdf { extensions = pdf content = \"application/pdf\" }\n";

static char *
notices_conf(void)
{
  static const char *const ids[] = {"cloud-storage", "webmail", "messaging", "link", "file", "own"};
  static const char *const keys[] = {"title", "why", "todo"};
  g_autoptr(GString) text = g_string_new(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
    g_string_append_printf(text, "notice %s { tier = %s ", ids[i],
                           i < 3 ? "policy" : "information");
    for (size_t k = 0; k < G_N_ELEMENTS(keys); k++)
      g_string_append_printf(text, "%s-en = x %s-zh-hant = x %s-zh-hans = x ", keys[k], keys[k],
                             keys[k]);
    g_string_append(text, "}\n");
  }
  return g_strdup(text->str);
}

static Ruleset *
load_policy(const char *label, const char *policy)
{
  g_autofree char *dir = folder_new();
  g_autofree char *notices = notices_conf();
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_write(dir, "cordon.conf", settings_conf, -1);
  folder_write(dir, "types.conf", types_conf, -1);
  folder_write(dir, "services/a.conf", services_conf, -1);
  folder_write(dir, "lists/feed.txt", "evil.example\n", -1);
  folder_write(dir, "notices.conf", notices, -1);
  folder_write(dir, "policy.conf", policy, -1);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  folder_remove(dir);
  if (*text)
    fail_msg("%s: %s", label, text);
  return ruleset;
}

/* --- findings from words --- */

static void
set_word(Finding *f, const char *word)
{
  static const char *const uses[] = {"follow", "load", "submit", "redirect",
                                     "base",   "text", "header", NULL};
  const char *value = strchr(word, '=');
  value = value ? value + 1 : "";
  if (g_str_has_prefix(word, "use=")) {
    for (int i = 0; uses[i]; i++)
      if (strcmp(uses[i], value) == 0)
        f->link.use = (LinkUse)i;
  } else if (strcmp(word, "relative") == 0) {
    f->link.flags |= LINK_RELATIVE;
  } else if (g_str_has_prefix(word, "trait=")) {
    assert_true(trait_from_name(value) >= 0);
    f->traits |= BIT(trait_from_name(value));
  } else if (g_str_has_prefix(word, "content=")) {
    g_free(f->content_type);
    f->content_type = g_strdup(value);
  } else if (g_str_has_prefix(word, "note=")) {
    g_free(f->content_note);
    f->content_note = g_strdup(value);
  } else if (g_str_has_prefix(word, "declared=")) {
    g_free(f->declared_type);
    f->declared_type = g_strdup(value);
  } else if (g_str_has_prefix(word, "name=")) {
    g_ptr_array_add(f->names, g_strdup(value));
  } else if (g_str_has_prefix(word, "malware=")) {
    f->malware = g_strdup(value);
  } else if (g_str_has_prefix(word, "size=")) {
    f->size = g_ascii_strtoull(value, NULL, 10);
  } else if (g_str_has_prefix(word, "part=")) {
    f->part = (unsigned)atoi(value);
  } else if (g_str_has_prefix(word, "carries=")) {
    if (!f->hops)
      f->hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
    g_ptr_array_add(f->hops, hop_new(url_parse(value, strlen(value), FALSE), -1, TRUE));
  } else if (strcmp(word, "inner") == 0) {
    f->inner = TRUE;
  } else {
    fail_msg("what is \"%s\"?", word);
  }
}

static Finding *
finding_from(const char *text)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  gboolean link = strcmp(words[0], "link") == 0, file = strcmp(words[0], "file") == 0;
  Finding *f = finding_new(link ? FINDING_LINK : file ? FINDING_FILE : FINDING_ANOMALY, 0);
  if (link) {
    f->link.target = g_strdup(words[1]);
    f->url = url_parse(words[1], strlen(words[1]), FALSE);
  } else if (file) {
    g_free(f->name);
    g_free(f->path);
    f->name = g_strdup(words[1]);
    f->path = g_strdup(words[1]);
    g_ptr_array_add(f->names, g_strdup(words[1]));
  } else {
    for (int i = 0; i < ANOMALY_KINDS; i++)
      if (strcmp(anomaly_name((AnomalyKind)i), words[1]) == 0)
        f->anomaly = (AnomalyKind)i;
  }
  for (char **word = words + 2; *word; word++)
    set_word(f, *word);
  return f;
}

static GPtrArray *
findings_from(const char *text)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_auto(GStrv) lines = g_strsplit(text, "; ", -1);
  for (char **line = lines; *line; line++)
    g_ptr_array_add(findings, finding_from(*line));
  return findings;
}

/* "sender rcpt,rcpt client auth"; "-" for none */
static Letter *
letter_from(const char *text)
{
  Letter *letter = letter_new();
  g_auto(GStrv) words =
      g_strsplit(text ? text : "a@out.example b@dept.gov.hk 192.0.2.1 -", " ", -1);
  letter_set(&letter->sender, strcmp(words[0], "-") == 0 ? "" : words[0]);
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strsplit(strcmp(words[1], "-") == 0 ? "" : words[1], ",", -1);
  letter_set(&letter->client_addr, strcmp(words[2], "-") == 0 ? "" : words[2]);
  letter_set(&letter->auth_user, strcmp(words[3], "-") == 0 ? "" : words[3]);
  if (words[4])
    letter_set(&letter->direction, words[4]);
  return letter;
}

static char *
decision_text(const Decision *d)
{
  const char *rule = strchr(d->rule, ' ');
  g_autoptr(GString) text = g_string_new(action_name(d->action));
  if (d->wanted != d->action)
    g_string_append_printf(text, "(%s)", action_name(d->wanted));
  g_string_append_printf(text, " %s %s %s", rule ? rule + 1 : d->rule, d->notice ? d->notice : "-",
                         tier_name(d->tier));
  if (d->observed)
    g_string_append_printf(text, " observed:%s", strchr(d->observed, ' ') + 1);
  if (d->hop > 0)
    g_string_append_printf(text, " hop %d", d->hop);
  return g_strdup(text->str);
}

static char *
decide(const char *label, const char *policy, const char *findings_text, const char *letter_text)
{
  g_autoptr(Ruleset) ruleset = load_policy(label, policy);
  g_autoptr(GPtrArray) findings = findings_from(findings_text);
  g_autoptr(Letter) letter = letter_from(letter_text);
  policy_classify(ruleset, findings);
  g_autoptr(Plan) plan = policy_decide(ruleset, letter, findings);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < plan->decisions->len; i++) {
    g_autofree char *one = decision_text(&g_array_index(plan->decisions, Decision, i));
    g_string_append_printf(text, "%s%s", i ? "; " : "", one);
  }
  if (plan->verdict != VERDICT_DELIVER)
    g_string_append_printf(text, " => %s", plan->verdict == VERDICT_HOLD ? "hold" : "reject");
  if (plan->reason)
    g_string_append_printf(text, " [%s]", plan->reason);
  return g_strdup(text->str);
}

typedef struct plan_case {
  const char *label, *policy, *findings, *letter, *want;
} PlanCase;

static void
run_cases(const PlanCase *cases, size_t n)
{
  int failed = 0;
  for (size_t i = 0; i < n; i++) {
    g_autofree char *got =
        decide(cases[i].label, cases[i].policy, cases[i].findings, cases[i].letter);
    failed += differs(cases[i].label, got, cases[i].want);
  }
  assert_int_equal(failed, 0);
}

#define DRIVE "link https://drive.google.com/x"

static void
test_links(void **state)
{
  static const PlanCase cases[] = {
      {"class", "rule r { on = link class = cloud-storage action = defang }", DRIVE, NULL,
       "defang r cloud-storage policy"},
      {"other class", "rule r { on = link class = webmail action = defang }", DRIVE, NULL,
       "pass default - none"},
      {"one of two classes",
       "rule r { on = link class = { webmail, cloud-storage } action = flag }", DRIVE, NULL,
       "flag r cloud-storage policy"},
      {"first match decides",
       "rule a { on = link host = google.com action = pass } "
       "rule b { on = link class = cloud-storage action = defang }",
       DRIVE, NULL, "pass a - none"},
      {"on another kind", "rule r { on = file action = remove }", DRIVE, NULL,
       "pass default - none"},
      {"all must hold", "rule r { on = link class = cloud-storage use = load action = remove }",
       DRIVE "; " DRIVE " use=load", NULL, "pass default - none; remove r cloud-storage policy"},
      {"service", "rule r { on = link service = drive action = flag notice = own tier = danger }",
       DRIVE, NULL, "flag r own danger"},
      {"host suffix", "rule r { on = link host = google.com action = flag }",
       DRIVE "; link https://notgoogle.com/", NULL, "flag r link information; pass default - none"},
      {"host wildcard", "rule r { on = link host = \"*-my.sharepoint.com\" action = flag }",
       "link https://a-my.sharepoint.com/; link https://a.sharepoint.com/", NULL,
       "flag r link information; pass default - none"},
      {"list", "rule r { on = link list = feed action = remove }",
       "link https://x.evil.example/; link https://good.example/", NULL,
       "remove r link information; pass default - none"},
      {"scheme", "rule r { on = link scheme = { ftp, whatsapp } action = defang }",
       "link ftp://a.example/; link whatsapp://send; link https://a.example/", NULL,
       "defang r link information; defang r link information; pass default - none"},
      {"mail address",
       "rule m { on = link use = mail action = pass } "
       "rule w { on = link class = webmail action = defang }",
       "link mailto:a@gmail.com use=text; link https://mail.google.com/", NULL,
       "pass m - none; defang w webmail policy"},
      {"trait", "rule r { on = link trait = { userinfo, idn } action = defang }",
       "link https://a.example/ trait=idn; link https://a.example/ trait=port", NULL,
       "defang r link information; pass default - none"},
      {"unread address: no pass, but all else",
       "rule p { on = link host = a.example action = pass } "
       "rule r { on = link class = webmail action = defang }",
       "link https://a.exa%00mple/ trait=malformed", NULL, "defang r webmail policy"},
      {"a relative address leads nowhere", "rule r { on = link class = webmail action = defang }",
       "link page.html relative", NULL, "pass default - none"},
      {"exceptions are still to come",
       "rule e { on = link exception = yes action = pass } "
       "rule r { on = link class = cloud-storage action = defang }",
       DRIVE, NULL, "defang r cloud-storage policy"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

#define CARRIES                                                                                    \
  "link https://w.example/ carries=https://a.example/ carries=https://drive.google.com/x"
#define CLOUD "rule c { on = link class = cloud-storage action = defang }"

/* The rules are asked about each address, and the strictest outcome counts. */
static void
test_carried(void **state)
{
  static const PlanCase cases[] = {
      {"class of what is carried", CLOUD, CARRIES, NULL, "defang c cloud-storage policy hop 1"},
      {"class of what carries", CLOUD, DRIVE " carries=https://wa.me/1", NULL,
       "defang c cloud-storage policy"},
      {"none has a class", CLOUD, "link https://w.example/ carries=https://a.example/", NULL,
       "pass default - none"},
      {"list before class", "rule l { on = link list = feed action = remove } " CLOUD,
       "link https://w.example/ carries=https://drive.google.com/ carries=https://evil.example/",
       NULL, "remove l link information hop 1"},
      {"a wrapper that is let through",
       "rule p { on = link host = w.example action = pass } " CLOUD, CARRIES, NULL,
       "defang c cloud-storage policy hop 1"},
      {"a target that is let through",
       "rule p { on = link host = drive.google.com action = pass } " CLOUD, CARRIES, NULL,
       "pass p - none hop 1"},
      {"a link that is let through", "rule p { on = link use = load action = pass } " CLOUD,
       CARRIES " use=load", NULL, "pass p - none"},
      {"a trait is the link's", "rule t { on = link trait = port action = flag } " CLOUD,
       CARRIES " trait=port", NULL, "flag t link information"},
      {"exempt from a trait",
       "rule p { on = link host = w.example trait = port action = pass } "
       "rule t { on = link trait = port action = remove } " CLOUD,
       CARRIES " trait=port; link https://w.example/ trait=port carries=https://a.example/", NULL,
       "defang c cloud-storage policy hop 1; pass p - none"},
      {"observed once", "rule o { on = link trait = port action = flag mode = observe } " CLOUD,
       CARRIES " trait=port", NULL, "defang c cloud-storage policy observed:o hop 1"},
      {"in the reason", "rule h { on = link class = cloud-storage action = hold }", CARRIES, NULL,
       "hold h cloud-storage policy hop 1 => hold [policy.conf:1 h: drive.google.com]"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

#define PDF_PASS                                                                                   \
  "rule p { on = file type = pdf action = pass } rule r { on = file action = remove }"
#define EXE "rule r { on = file type = executable action = remove }"

static void
test_files(void **state)
{
  static const PlanCase cases[] = {
      {"by name", EXE, "file a.exe", NULL, "remove r file information"},
      {"by name, blank and dot at the end", EXE, "file a.EXE.", NULL, "remove r file information"},
      {"by another name", EXE, "file a.pdf name=b.exe", NULL, "remove r file information"},
      {"by content", EXE, "file a.pdf content=application/x-dosexec", NULL,
       "remove r file information"},
      {"by declared type", EXE, "file a declared=application/x-dosexec", NULL,
       "remove r file information"},
      {"by the engine", EXE, "file a note=CL_TYPE_MSEXE", NULL, "remove r file information"},
      {"by none", EXE, "file a.pdf content=application/pdf", NULL, "pass default - none"},
      {"pass: all agree", PDF_PASS, "file a.pdf content=application/pdf declared=application/pdf",
       NULL, "pass p - none"},
      {"pass: declared says nothing", PDF_PASS,
       "file a.pdf content=application/pdf declared=application/octet-stream", NULL,
       "pass p - none"},
      {"pass: content differs", PDF_PASS, "file a.pdf content=text/html", NULL,
       "remove r file information"},
      {"pass: a name differs", PDF_PASS, "file a.pdf content=application/pdf name=a.html", NULL,
       "remove r file information"},
      {"pass: declared differs", PDF_PASS, "file a.pdf declared=text/html", NULL,
       "remove r file information"},
      {"extension", "rule r { on = file extension = { docm } action = remove }",
       "file a.docm; file a.docx; file a.docx name=b.docm", NULL,
       "remove r file information; pass default - none; remove r file information"},
      {"extension and pass",
       "rule p { on = file extension = txt action = pass } "
       "rule r { on = file action = remove }",
       "file a.txt; file a.txt name=a.js", NULL, "pass p - none; remove r file information"},
      {"size", "rule r { on = file size-over = 1K action = remove }",
       "file a size=1024; file a size=1025", NULL,
       "pass default - none; remove r file information"},
      {"malware", "rule r { on = file malware = yes action = hold reason = bad }",
       "file a.doc malware=Eicar-Test; file b", NULL,
       "hold r file information; pass default - none => hold "
       "[policy.conf:1 r: bad: a.doc (Eicar-Test)]"},
      {"free of malware only if it could be looked into",
       "rule p { on = file malware = no action = pass } rule r { on = file action = remove }",
       "file a; file a trait=encrypted", NULL, "pass p - none; remove r file information"},
      {"disarm", "rule r { on = file trait = macro action = disarm }", "file a.doc trait=macro",
       NULL, "disarm r file information"},
      {"inner acts on the outer", EXE, "file a.zip part=3; file b.exe part=3 inner", NULL,
       "remove r file information; remove r file information"},
      {"inner: the strictest of several", "rule h { on = file malware = yes action = hold } " EXE,
       "file a.zip; file b.exe inner; file c malware=X inner; file d part=1", NULL,
       "hold h file information; remove r file information; hold h file information; "
       "pass default - none => hold [policy.conf:1 h: a.zip]"},
      {"inner does not soften the outer",
       "rule r { on = file extension = zip action = remove } "
       "rule f { on = file extension = exe action = flag }",
       "file a.zip; file b.exe inner", NULL, "remove r file information; flag f file information"},
      {"inner of other parts", EXE, "file a.zip part=1; file b.zip part=2; file c.exe part=2 inner",
       NULL, "pass default - none; remove r file information; remove r file information"},
      {"inner without an outer", EXE, "file c.exe part=2 inner", NULL,
       "hold(remove) r file information => hold [policy.conf:1 r: c.exe]"},
      {"inner asked for", "rule r { on = file inner = yes action = flag }",
       "file a; file b inner part=7; file c part=7", NULL,
       "pass default - none; flag r file information; flag r file information"},
      {"kinds have their own notices", "rule r { on = { link, file } action = flag }",
       "file a; link https://a.example/", NULL, "flag r file information; flag r link information"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_messages(void **state)
{
  static const PlanCase cases[] = {
      {"ambiguous holds without a rule", "rule r { on = link action = pass }",
       "anomaly repeated-field", NULL, "hold default - none => hold [default: repeated-field]"},
      {"a plain anomaly passes", "rule r { on = link action = pass }", "anomaly charset", NULL,
       "pass default - none"},
      {"ambiguous by rule", "rule r { on = anomaly anomaly = ambiguous action = reject }",
       "anomaly boundary; anomaly unclosed", NULL,
       "reject r - information; pass default - none => reject [policy.conf:1 r: boundary]"},
      {"a named anomaly", "rule r { on = anomaly anomaly = { charset, type } action = hold }",
       "anomaly charset; anomaly unclosed", NULL,
       "hold r - information; pass default - none => hold [policy.conf:1 r: charset]"},
      {"let an ambiguous one pass", "rule r { on = anomaly anomaly = preamble action = pass }",
       "anomaly preamble; anomaly epilogue", NULL,
       "pass r - none; hold default - none => hold [default: epilogue]"},
      {"hold is above reject",
       "rule a { on = link class = cloud-storage action = reject } "
       "rule b { on = link class = webmail action = hold }",
       DRIVE "; link https://mail.google.com/", NULL,
       "reject a cloud-storage policy; hold b webmail policy => hold "
       "[policy.conf:1 b: mail.google.com]"},
      {"reason is printable ASCII", "rule r { on = file action = reject }", "file \xe6\xaa\x94\t%n",
       NULL, "reject r file information => reject [policy.conf:1 r: ???n]"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_modes(void **state)
{
  static const PlanCase cases[] = {
      {"mark: defang", "rule r { on = link class = cloud-storage action = defang mode = mark }",
       DRIVE, NULL, "flag(defang) r cloud-storage policy"},
      {"mark: remove and disarm",
       "rule d { on = file trait = macro action = disarm mode = mark } "
       "rule r { on = file action = remove mode = mark }",
       "file a; file b trait=macro", NULL,
       "flag(remove) r file information; flag(disarm) d file information"},
      {"mark: hold and reject", "rule r { on = file action = hold mode = mark }", "file a", NULL,
       "pass(hold) r file information observed:r"},
      {"observe", "rule r { on = link class = cloud-storage action = defang mode = observe }",
       DRIVE, NULL, "pass(defang) r cloud-storage policy observed:r"},
      {"observe hides nothing",
       "rule o { on = link action = hold mode = observe } "
       "rule r { on = link class = cloud-storage action = defang }",
       DRIVE, NULL, "defang r cloud-storage policy observed:o"},
      {"observe does not open what is closed by default",
       "rule o { on = anomaly action = hold mode = observe }", "anomaly boundary", NULL,
       "hold default - none observed:o => hold [default: boundary]"},
      {"inner in mark", "rule r { on = file type = executable action = remove mode = mark }",
       "file a.zip; file b.exe inner", NULL,
       "flag(remove) r file information; flag(remove) r file information"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

#define TO_STRICT                                                                                  \
  "rule s { on = link recipient = strict.gov.hk action = remove } "                                \
  "rule r { on = link class = cloud-storage action = flag }"
#define FROM(pattern)                                                                              \
  "rule p { on = link sender = " pattern " action = pass } rule r { on = link action = flag }"

static void
test_envelope(void **state)
{
  static const PlanCase cases[] = {
      {"strictest of the recipients", TO_STRICT, DRIVE,
       "a@x.example b@dept.gov.hk,c@strict.gov.hk - -", "remove s link information"},
      {"none of them", TO_STRICT, DRIVE, "a@x.example b@dept.gov.hk - -",
       "flag r cloud-storage policy"},
      {"no recipient known", TO_STRICT, DRIVE, "a@x.example - - -", "remove s link information"},
      {"pass for one is not for all",
       "rule p { on = link recipient = \"open@dept.gov.hk\" action = pass } "
       "rule r { on = link class = cloud-storage action = defang }",
       DRIVE, "a@x.example open@dept.gov.hk,b@dept.gov.hk - -", "defang r cloud-storage policy"},
      {"pass for all",
       "rule p { on = link recipient = \"@dept.gov.hk\" action = pass } "
       "rule r { on = link action = defang }",
       DRIVE, "a@x.example A@DEPT.gov.hk,b@dept.gov.hk - -", "pass p - none"},
      {"one domain, not below",
       "rule p { on = link recipient = \"@dept.gov.hk\" action = pass } "
       "rule r { on = link action = defang }",
       DRIVE, "a@x.example b@x.dept.gov.hk - -", "defang r link information"},
      {"sender: address", FROM("\"a@x.example\""), DRIVE, "A@x.example b - -", "pass p - none"},
      {"sender: other", FROM("\"a@x.example\""), DRIVE, "ba@x.example b - -",
       "flag r link information"},
      {"sender: below a domain", FROM("x.example"), DRIVE, "a@y.x.example b - -", "pass p - none"},
      {"sender: not on a label", FROM("x.example"), DRIVE, "a@yx.example b - -",
       "flag r link information"},
      {"sender: none", FROM("\"<>\""), DRIVE, "- b - -", "pass p - none"},
      {"auth", "rule p { on = link auth = yes action = pass } rule r { on = link action = flag }",
       DRIVE, "a b 192.0.2.1 someone", "pass p - none"},
      {"no auth",
       "rule p { on = link auth = yes action = pass } rule r { on = link action = flag }", DRIVE,
       "a b 192.0.2.1 -", "flag r link information"},
      {"auth not known",
       "rule p { on = link auth = no action = pass } "
       "rule r { on = link auth = yes action = flag }",
       DRIVE, "a b - -", "flag r link information"},
      {"direction",
       "rule i { on = link direction = inbound action = flag } "
       "rule o { on = link direction = { outbound, internal } action = defang }",
       DRIVE, "a@dept.gov.hk b@dept.gov.hk 10.1.2.3 -", "defang o link information"},
  };
  run_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_direction(void **state)
{
  static const struct {
    const char *letter, *want;
  } cases[] = {
      {"a@out.example b@dept.gov.hk 192.0.2.1 -", "inbound"},
      {"- b@dept.gov.hk 192.0.2.1 -", "inbound"},
      {"a@dept.gov.hk b@out.example 10.0.0.1 -", "outbound"},
      {"a@dept.gov.hk b@out.example 192.0.2.1 user", "outbound"},
      {"a@dept.gov.hk b@out.example - -", "outbound"},
      {"a@dept.gov.hk b@dept.gov.hk,c@out.example - -", "outbound"},
      {"a@dept.gov.hk b@DEPT.gov.hk,c@x.dept.gov.hk 10.0.0.1 -", "internal"},
      {"a@dept.gov.hk b@dept.gov.hk 192.0.2.1 -", "inbound"}, /* forged */
      {"a@dept.gov.hk b@out.example 192.0.2.1 -", "inbound"},
      {"a@notdept.gov.hk b@out.example - -", "inbound"},
      {"a@dept.gov.hk - - -", "outbound"},
      {"a@out.example b@out.example - - internal", "internal"},
      {"a@out.example b@out.example - - sideways", "inbound"},
  };
  g_autoptr(Ruleset) ruleset = load_policy("direction", "rule r { on = link action = pass }");
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Letter) letter = letter_from(cases[i].letter);
    failed += differs(cases[i].letter, policy_direction(ruleset, letter), cases[i].want);
  }
  assert_int_equal(failed, 0);
}

static void
test_order_of_actions(void **state)
{
  static const Action order[] = {ACTION_PASS,   ACTION_FLAG,   ACTION_DEFANG, ACTION_DISARM,
                                 ACTION_REMOVE, ACTION_REJECT, ACTION_HOLD};
  for (size_t i = 1; i < G_N_ELEMENTS(order); i++)
    assert_true(action_rank(order[i - 1]) < action_rank(order[i]));
}

/* 20,000 links to 5,000 recipients under 3 rules for recipients: the ways to see a recipient count,
 * not the recipients. */
static void
test_many_recipients(void **state)
{
  g_autoptr(Ruleset) ruleset =
      load_policy("many", "rule a { on = link recipient = \"r7@dept.gov.hk\" action = remove } "
                          "rule b { on = link recipient = x.dept.gov.hk action = hold } "
                          "rule c { on = link class = cloud-storage action = defang }");
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) rcpts = g_ptr_array_new();
  g_autoptr(Letter) letter = letter_new();
  for (int i = 0; i < 20000; i++)
    g_ptr_array_add(findings, finding_from(DRIVE));
  for (int i = 0; i < 5000; i++)
    g_ptr_array_add(rcpts, g_strdup_printf("r%d@dept.gov.hk", i));
  g_ptr_array_add(rcpts, NULL);
  g_strfreev(letter->rcpts);
  letter->rcpts = (char **)g_ptr_array_free(g_steal_pointer(&rcpts), FALSE);
  policy_classify(ruleset, findings);
  gint64 start = g_get_monotonic_time();
  g_autoptr(Plan) plan = policy_decide(ruleset, letter, findings);
  assert_true(g_get_monotonic_time() - start < 2 * G_USEC_PER_SEC);
  assert_int_equal(plan->verdict, VERDICT_DELIVER);
  assert_int_equal(plan->decisions->len, 20000);
  assert_int_equal(g_array_index(plan->decisions, Decision, 19999).action, ACTION_REMOVE);
}

static void
test_nothing_found(void **state)
{
  g_autoptr(Ruleset) ruleset = load_policy("nothing", "rule r { on = link action = pass }");
  g_autoptr(GPtrArray) findings = g_ptr_array_new();
  g_autoptr(Letter) letter = letter_new();
  g_autoptr(Plan) plan = policy_decide(ruleset, letter, findings);
  assert_int_equal(plan->verdict, VERDICT_DELIVER);
  assert_null(plan->reason);
  assert_int_equal(plan->decisions->len, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_links),           cmocka_unit_test(test_carried),
      cmocka_unit_test(test_files),           cmocka_unit_test(test_messages),
      cmocka_unit_test(test_modes),           cmocka_unit_test(test_envelope),
      cmocka_unit_test(test_direction),       cmocka_unit_test(test_order_of_actions),
      cmocka_unit_test(test_many_recipients), cmocka_unit_test(test_nothing_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
