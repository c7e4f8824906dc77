#include "fixture.h"

#include "hostmap.h"
#include "policy.h"
#include "ruleset_data.h"
#include "url.h"

static const char services_conf[] =
    "service \"drive\" { title = D  class = cloud-storage\n"
    "  hosts = { \"drive.google.com\", \"*-my.sharepoint.com\", \"*.box.example\", "
    "\"xn--fsqu00a.hk\" }\n"
    "  paths = { \"docs.google.com/document/\", \"dropbox.com/s/\", \"Share.example/*/share/\",\n"
    "            \"*-x.pages.example/dl\", \"q.example/?view=\", \"f.example/#mail\" } }\n"
    "service \"docs-forms\" { title = F  class = cloud-storage\n"
    "  paths = { \"docs.google.com/document/forms/\" } }\n"
    "service \"sharepoint\" { title = S  class = cloud-storage  hosts = \"sharepoint.com\" }\n"
    "service \"tenant\" { title = T  class = own  hosts = \"dept-my.sharepoint.com\" }\n"
    "service \"google\" { title = G  class = other  hosts = \"google.com\" }\n"
    "service \"ip\" { title = I  class = other  hosts = { \"192.0.2.1\", \"[2001:db8::1]\" } }\n"
    "service \"stars\" { title = Q  class = other  hosts = { \"mta*.star.example\", "
    "\"a*z.star.example\" } }\n"
    "service \"idn\" { title = N  class = other  hosts = \"雲端.香港\" }\n"
    "service \"whatsapp\" { title = W  class = messaging  hosts = \"wa.me\"  schemes = "
    "\"whatsapp\" }\n"
    "service \"gmail\" { title = M  class = webmail  hosts = \"mail.google.com\"\n"
    "  mail = { \"gmail.com\" } }\n";

static const struct {
  const char *label, *url, *want;
} cases[] = {
    {"host", "https://drive.google.com/x", "drive"},
    {"below the host", "https://a.b.drive.google.com/x", "drive"},
    {"case and port", "HTTPS://Drive.GOOGLE.com:8443/x", "drive"},
    {"trailing dot", "https://drive.google.com./", "drive"},
    {"userinfo is no host", "https://drive.google.com@evil.example/", "-"},
    {"not on a label boundary", "https://notwa.me/", "-"},
    {"the host in front", "https://wa.me.evil.example/", "-"},
    {"more labels win", "https://mail.google.com/drive", "gmail"},
    {"less specific", "https://www.google.com/", "google"},
    {"star in a label", "https://contoso-my.sharepoint.com/personal", "drive"},
    {"star and below", "https://x.contoso-my.sharepoint.com/", "drive"},
    {"literal beats star", "https://dept-my.sharepoint.com/", "tenant"},
    {"star is one label", "https://a.b-my.sharepoint.com/", "drive"},
    {"star does not match", "https://contoso.sharepoint.com/", "sharepoint"},
    {"bare star", "https://a.box.example/", "drive"},
    {"star at the end of a label", "https://mta208.star.example/", "stars"},
    {"star in the middle", "https://a1z.star.example/", "stars"},
    {"star in the middle, too short", "https://a.star.example/", "-"},
    {"bare star needs a label", "https://box.example/", "-"},
    {"path", "https://docs.google.com/document/d/1", "drive"},
    {"path on a host below", "https://www.dropbox.com/s/abc", "drive"},
    {"longer path", "https://docs.google.com/document/forms/1", "docs-forms"},
    {"other path", "https://docs.google.com/other", "google"},
    {"shorter than the path", "https://docs.google.com/doc", "google"},
    {"path is case-blind", "https://docs.google.com/Document/d", "drive"},
    {"path escaped", "https://docs.google.com/%64ocument%2Fd", "drive"},
    {"path doubled", "https://docs.google.com//document//d", "drive"},
    {"path with dots", "https://docs.google.com/x/../document/d", "drive"},
    {"prefix only", "https://docs.google.com/a/document/d", "google"},
    {"star in a path", "https://share.example/a/b/share/c", "drive"},
    {"star in a path, not there", "https://share.example/a/b/sharing", "-"},
    {"star host with path", "https://a-x.pages.example/dl?1", "drive"},
    {"star host without path", "https://a-x.pages.example/", "-"},
    {"query", "https://q.example/?view=1", "drive"},
    {"query without path", "https://q.example?view=1", "drive"},
    {"other query", "https://q.example/?x&view=1", "-"},
    {"fragment", "https://f.example/#mail/inbox", "drive"},
    {"IPv4", "http://192.0.2.1/", "ip"},
    {"IPv4 in another form", "http://0xC0000201/", "ip"},
    {"IPv4 is no suffix", "http://192.0.192.0/", "-"},
    {"IPv6", "http://[2001:DB8:0::1]/", "ip"},
    {"IDN given as punycode", "https://xn--fsqu00a.hk/", "drive"},
    {"IDN given in Unicode", "https://www.雲端.香港/", "idn"},
    {"ideographic full stop", "https://drive。google。com/", "drive"},
    {"app scheme", "whatsapp://send?text=x", "whatsapp"},
    {"app scheme, opaque", "WhatsApp:send", "whatsapp"},
    {"other scheme", "weixin://dl/", "-"},
    {"mail", "mailto:a@gmail.com", "gmail"},
    {"mail at a subdomain", "mailto:a@x.gmail.com", "gmail"},
    {"mail is not the web host", "mailto:a@mail.google.com", "-"},
    {"web is not the mail domain", "https://gmail.com/", "-"},
};

static Ruleset *
load_services(const char *services)
{
  g_autofree char *dir = folder_new();
  g_autofree char *base = g_build_filename(source_dir(), "tests/policy/wrong/base", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_copy(base, dir);
  folder_write(dir, "services/a.conf", services, -1);
  folder_write(dir, "policy.conf", "rule a { on = link action = pass }", -1);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  assert_string_equal(text, "");
  folder_remove(dir);
  return ruleset;
}

/* The service of an address, or "-". Interned. */
static const char *
service_of(const Ruleset *ruleset, const char *address)
{
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  Finding *finding = finding_new(FINDING_LINK, 0);
  finding->url = url_parse(address, strlen(address), TRUE);
  g_ptr_array_add(findings, finding);
  policy_classify(ruleset, findings);
  return g_intern_string(finding->service ? finding->service : "-");
}

static void
test_find(void **state)
{
  g_autoptr(Ruleset) ruleset = load_services(services_conf);
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    failed += differs(cases[i].label, service_of(ruleset, cases[i].url), cases[i].want);
  assert_int_equal(failed, 0);
}

static void
test_classify_again(void **state)
{
  g_autoptr(Ruleset) ruleset = load_services(services_conf);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  Finding *finding = finding_new(FINDING_LINK, 0);
  finding->url = url_parse("https://evil.example/", 21, FALSE);
  g_ptr_array_add(findings, finding);
  for (int i = 0; i < 2; i++) {
    policy_classify(ruleset, findings);
    assert_null(finding->service);
    assert_int_equal(finding->lists->len, 1);
    assert_string_equal(g_ptr_array_index(finding->lists, 0), "feed");
  }
}

static void
test_lists(void **state)
{
  static const struct {
    const char *entry, *url;
    int want;
  } entries[] = {
      {"evil.example", "https://x.evil.example/y", 1},
      {"evil.example", "https://evil.example.com/", 0},
      {"http://user@bad.example:8080/a/b", "https://bad.example/a/bc", 1},
      {"http://user@bad.example:8080/a/b", "https://bad.example/a", 0},
      {"bad.example/a%20b", "https://bad.example/a%20b", 1},
      {"bad.example/?q=1", "https://bad.example/?q=12", 1},
      {"bad.example/", "https://bad.example/x", 1},
      {"*-login.bad.example", "https://bank-login.bad.example/", 1},
      {"[2001:db8::1]:80/x", "http://[2001:db8::1]/xy", 1},
      {"bad.example", "mailto:a@bad.example", 1},
  };
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
    g_autoptr(HostMap) map = hostmap_new();
    g_autoptr(Url) url = url_parse(entries[i].url, strlen(entries[i].url), FALSE);
    void *already;
    const char *wrong = hostmap_add(map, entries[i].entry, HOST_OR_URL, map, &already);
    if (wrong || (hostmap_find(map, url) != NULL) != entries[i].want) {
      print_error("%s %s: %s, want %d\n", entries[i].entry, entries[i].url, wrong ? wrong : "",
                  entries[i].want);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* Which of several lists hold an address, in order of name. */
static void
test_many_lists(void **state)
{
  static const struct {
    const char *url, *want;
  } asked[] = {
      {"https://one.example/", "a"},
      {"https://x.y.one.example/", "a"},
      {"https://both.example/", "a b"},
      {"https://three.both.example/", "a b c"},
      {"https://shared.example/b/c", "b"},
      {"https://shared.example/d", ""},
      {"https://bank-login.glob.example/", "c"},
      {"https://glob.example/", ""},
      {"https://example/", ""},
      {"http://192.0.2.7/", "b"},
      {"http://2.7/", ""},
      {"mailto:x@one.example", "a"},
      {"whatsapp://send", ""},
  };
  g_autofree char *dir = folder_new();
  g_autoptr(Problems) problems = problems_new();
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  folder_write(dir, "lists/a.txt", "one.example\nboth.example\n", -1);
  folder_write(dir, "lists/b.txt", "both.example\nshared.example/b\n192.0.2.7\n", -1);
  folder_write(dir, "lists/c.txt", "*-login.glob.example\nthree.both.example\n", -1);
  g_autoptr(Lists) lists = lists_read(dir, checksum, problems);
  for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
    g_autoptr(Url) url = url_parse(asked[i].url, strlen(asked[i].url), FALSE);
    g_autoptr(GPtrArray) names = lists_find(lists, url, FALSE);
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint k = 0; names && k < names->len; k++)
      g_string_append_printf(got, "%s%s", k ? " " : "", (char *)g_ptr_array_index(names, k));
    if (strcmp(got->str, asked[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", asked[i].url, got->str, asked[i].want);
  }
  folder_remove(dir);
}

static void
test_glob(void **state)
{
  static const struct {
    const char *pattern, *text;
    int want;
  } globs[] = {
      {"", "x", 1},      {"/a", "/abc", 1},   {"/a/", "/a", 0},      {"/*/c", "/a/b/cd", 1},
      {"/*/c", "/c", 0}, {"*", "", 1},        {"*a*b", "xxaxxb", 1}, {"*ab", "aaab", 1},
      {"a*", "a", 1},    {"/A/B", "/a/b", 1}, {"*x", "abc", 0},      {"**b", "ab", 1},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(globs); i++)
    if (glob_prefix(globs[i].pattern, globs[i].text) != globs[i].want)
      fail_msg("%s %s: want %d", globs[i].pattern, globs[i].text, globs[i].want);
}

/* 200,000 hosts and 100,000 paths on one: looking one up does not depend on how many there are. */
static void
test_many(void **state)
{
  g_autoptr(HostMap) map = hostmap_new();
  void *already;
  for (int i = 0; i < 200000; i++) {
    char host[64];
    g_snprintf(host, sizeof host, "h%d.d%d.example", i, i % 1000);
    assert_null(hostmap_add(map, host, HOST_ALONE, map, &already));
  }
  for (int i = 0; i < 100000; i++) {
    char path[64];
    g_snprintf(path, sizeof path, "h1234.d234.example/%d/x", i);
    assert_null(hostmap_add(map, path, HOST_OR_URL, map, &already));
  }
  assert_int_equal(hostmap_count(map), 300000);
  g_autoptr(Url) url = url_parse("https://a.h1234.d234.example/", 29, FALSE);
  gint64 start = g_get_monotonic_time();
  for (int i = 0; i < 100000; i++)
    assert_ptr_equal(hostmap_find(map, url), map);
  assert_true(g_get_monotonic_time() - start < 2 * G_USEC_PER_SEC);
}

/* A service that no vector shows is one that nobody tried; nor is one good whose Chinese names are
 * not both there. */
static void
want_vector(const Service *service, void *shown_by)
{
  gboolean hant = strcmp(service->titles[LANG_ZH_HANT], service->titles[LANG_EN]) != 0;
  gboolean hans = strcmp(service->titles[LANG_ZH_HANS], service->titles[LANG_EN]) != 0;
  if (!g_hash_table_contains(shown_by, service->id))
    fail_msg("service \"%s\" (%s:%u) has no vector", service->id, service->file, service->line);
  if (hant != hans)
    fail_msg("service \"%s\" (%s:%u) has one Chinese name, not both", service->id, service->file,
             service->line);
}

/* tests/policy/service_vectors.txt: URL, tab, id of the service or "-"; against the shipped rules.
 */
static void
test_vectors(void **state)
{
  static const char vectors[] = "tests/policy/service_vectors.txt";
  if (!source_has(vectors))
    skip();
  g_autofree char *file = g_build_filename(source_dir(), vectors, NULL);
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *text = NULL;
  int failed = 0, count = 0;
  assert_true(g_file_get_contents(file, &text, NULL, NULL));
  g_autoptr(Ruleset) ruleset = ruleset_load(rules, errors);
  g_autofree char *shown = errors_text(errors, rules);
  assert_string_equal(shown, "");
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GHashTable) shown_by = g_hash_table_new(g_str_hash, g_str_equal);
  for (char **line = lines; *line; line++) {
    g_auto(GStrv) fields = g_strsplit(*line, "\t", -1);
    if (**line == '#' || !fields[0] || !fields[1])
      continue;
    failed += differs(fields[0], service_of(ruleset, fields[0]), g_strchomp(fields[1]));
    g_hash_table_add(shown_by, (char *)g_intern_string(fields[1]));
    count++;
  }
  print_message("# %d vectors\n", count);
  services_each(ruleset->services, want_vector, shown_by);
  assert_int_equal(failed, 0);
  assert_true(count > 0);
}

static const struct {
  const char *label, *form; /* of an address, made of a host */
} look_alikes[] = {
    {"the host in front", "https://%s.evil.example/x"},
    {"not on a label boundary", "https://evil.example-%s.example/"},
    {"in a path", "https://evil.example/%s/x"},
    {"in a parameter", "https://evil.example/?u=%s"},
    {"a user name", "https://%s@evil.example/"},
    {"with hyphens", "https://%s-login.evil.example/"},
};

typedef struct hosts_seen {
  const Ruleset *ruleset;
  unsigned count, wrong;
} HostsSeen;

/* "drіve.google.com": its first letter that another script has too, from that script. NULL without
 * one. */
static char *
in_other_letters(const char *host)
{
  static const char *const pairs[] = {"a\xd0\xb0", "e\xd0\xb5", "i\xd1\x96", "o\xd0\xbe",
                                      "c\xd1\x81", "p\xd1\x80", "x\xd1\x85", "y\xd1\x83"};
  for (const char *p = host; *p && strchr(p, '.'); p++)
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
      if (*p == *pairs[i])
        return g_strdup_printf("https://%.*s%s%s/x", (int)(p - host), host, pairs[i] + 1, p + 1);
  return NULL;
}

static void
try_host(const char *host, const Service *service, void *data)
{
  HostsSeen *seen = data;
  g_autofree char *foreign = in_other_letters(host);
  for (size_t i = 0; i < G_N_ELEMENTS(look_alikes); i++) {
    GString *address = g_string_new(look_alikes[i].form);
    g_string_replace(address, "%s", host, 1);
    seen->wrong += differs(address->str, service_of(seen->ruleset, address->str), "-");
    g_string_free(address, TRUE);
  }
  /* A letter of another script can only be of a host below the service's, in front of its domain.
   */
  if (foreign && strcmp(service_of(seen->ruleset, foreign), service->id) == 0 &&
      !strchr(strchr(host, '.') + 1, '.'))
    seen->wrong += differs(foreign, service->id, "-");
  seen->count++;
}

/* Every host of the shipped catalogue, imitated in each of the usual ways, is no service's. */
static void
test_look_alikes(void **state)
{
  if (!source_has("rules/policy.conf"))
    skip();
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = ruleset_load(rules, errors);
  HostsSeen seen = {.ruleset = ruleset};
  services_each_host(ruleset->services, try_host, &seen);
  print_message("# %u hosts\n", seen.count);
  assert_int_equal(seen.wrong, 0);
  assert_true(seen.count > 1000);
}

/* Pages that ask for files, and files without a page, by the shipped rules. */
static void
test_ways(void **state)
{
  static const struct {
    const char *url;
    BitSet want;
  } ways[] = {
      {"https://www.dropbox.com/request/AbC", TRAIT(UPLOAD_REQUEST)},
      {"https://www.dropbox.com/scl/fi/x/y.zip?rlkey=z&dl=1", TRAIT(FILE_DOWNLOAD)},
      {"https://www.dropbox.com/scl/fi/x/y.zip?rlkey=z&dl=0", 0},
      {"https://app.box.com/f/abc", TRAIT(UPLOAD_REQUEST)},
      {"https://app.box.com/s/abc", 0},
      {"https://acme.sharefile.com/r-r123", TRAIT(UPLOAD_REQUEST)},
      {"https://acme.sharefile.com/d-s123", 0},
      {"https://acme.egnyte.com/ul/abc", TRAIT(UPLOAD_REQUEST)},
      {"https://discord.com/api/webhooks/1/x", TRAIT(UPLOAD_REQUEST)},
      {"https://hooks.slack.com/services/T/B/x", TRAIT(UPLOAD_REQUEST)},
      {"https://drive.google.com/uc?export=download&id=1A", TRAIT(FILE_DOWNLOAD)},
      {"https://drive.google.com/uc?id=1A&export=download", TRAIT(FILE_DOWNLOAD)},
      {"https://drive.google.com/file/d/1A/view", 0},
      {"https://my.microsoftpersonalcontent.com/personal/abc/_layouts/15/download.aspx",
       TRAIT(FILE_DOWNLOAD)},
      {"https://evil-my.sharepoint.com/personal/a/_layouts/15/download.aspx?x=1",
       TRAIT(FILE_DOWNLOAD)},
      {"https://cdn.discordapp.com/attachments/1/2/x.exe", TRAIT(FILE_DOWNLOAD)},
      {"https://b.s3.ap-east-1.amazonaws.com/x?X-Amz-Expires=1&X-Amz-Signature=ab",
       TRAIT(FILE_DOWNLOAD)},
      {"https://raw.githubusercontent.com/o/r/main/x.ps1", TRAIT(FILE_DOWNLOAD)},
      {"https://www.dropbox.com.evil.example/request/AbC", 0},
      {"https://example.com/request/AbC?dl=1", 0},
  };
  if (!source_has("rules/policy.conf"))
    skip();
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = ruleset_load(rules, errors);
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    Finding *finding = finding_new(FINDING_LINK, 0);
    finding->url = url_parse(ways[i].url, strlen(ways[i].url), FALSE);
    g_ptr_array_add(findings, finding);
    policy_classify(ruleset, findings);
    if ((finding->traits & (TRAIT(UPLOAD_REQUEST) | TRAIT(FILE_DOWNLOAD))) != ways[i].want) {
      print_error("%s\n", ways[i].url);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* What share buttons open, by the shipped rules: a link that carries another is one only if both
 * are. */
/* What marks call a service, in English, Traditional and Simplified Chinese. */
static void
test_names(void **state)
{
  static const struct {
    const char *label, *titles, *names[LANGS];
  } named[] = {
      {"one title", "title = Signal", {"Signal", "Signal", "Signal"}},
      {"three",
       "title = WeChat title-zh-hant = 微信 title-zh-hans = 微信",
       {"WeChat", "微信", "微信"}},
      {"up to a bracket",
       "title = \"QQ Mail (Foxmail, old)\" title-zh-hant = \"QQ 郵箱（Foxmail）\"",
       {"QQ Mail", "QQ 郵箱", "QQ Mail"}},
      {"a list in one language",
       "title = WPS title-zh-hans = \"WPS、金山文档\"",
       {"WPS", "WPS", "WPS"}},
      {"a list", "title = \"QIP, Pochta\" title-zh-hant = 網易", {NULL, NULL, NULL}},
      {"another list", "title = \"HubSpot and others\"", {NULL, NULL, NULL}},
      {"in brackets alone", "title = \"(old)\"", {"(old)", "(old)", "(old)"}},
      {"brackets of marks", "title = \"X] Y\"", {NULL, NULL, NULL}},
      {"too long",
       "title = \"A service with a name that goes on for all the line\"",
       {NULL, NULL, NULL}},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
    g_autofree char *dir = folder_new();
    g_autofree char *text = g_strdup_printf(
        "service \"x\" { %s class = other hosts = \"x.example\" }\n", named[i].titles);
    folder_write(dir, "services/x.conf", text, -1);
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(Services) services = services_read(dir, checksum, problems);
    const Service *service = services_named(services, "x");
    for (int lang = 0; lang < LANGS; lang++)
      if (g_strcmp0(service->names[lang], named[i].names[lang]) != 0)
        fail_msg("%s, %d: got \"%s\", want \"%s\"", named[i].label, lang,
                 service->names[lang] ? service->names[lang] : "none",
                 named[i].names[lang] ? named[i].names[lang] : "none");
    folder_remove(dir);
  }
}

static void
test_share(void **state)
{
  static const struct {
    const char *url, *hop;
    gboolean want;
  } shares[] = {
      {"https://wa.me/?text=x", NULL, TRUE},
      {"https://wa.me?text=x", NULL, TRUE},
      {"https://api.whatsapp.com/send?text=https%3A%2F%2Fa.example%2F", NULL, TRUE},
      {"whatsapp://send?text=x", NULL, TRUE},
      {"https://t.me/share/url?url=https://a.example/", "https://a.example/", TRUE},
      {"https://t.me/share/url?url=x", "https://drive.google.com/file/d/1", FALSE},
      {"https://link.example/?u=x", "https://wa.me/?text=x", TRUE},
      {"https://wa.me/85255501234?text=x", NULL, FALSE},
      {"https://api.whatsapp.com/send?phone=85255501234&text=x", NULL, FALSE},
      {"whatsapp://send?phone=85255501234", NULL, FALSE},
      {"https://chat.whatsapp.com/AbC", NULL, FALSE},
      {"https://drive.google.com/file/d/1/view", NULL, FALSE},
      {"https://www.facebook.com/sharer/sharer.php?u=x", NULL, FALSE},
  };
  if (!source_has("rules/policy.conf"))
    skip();
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = ruleset_load(rules, errors);
  for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    Finding *finding = finding_new(FINDING_LINK, 0);
    finding->url = url_parse(shares[i].url, strlen(shares[i].url), FALSE);
    if (shares[i].hop) {
      finding->hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
      Url *url = url_parse(shares[i].hop, strlen(shares[i].hop), FALSE);
      g_ptr_array_add(finding->hops, hop_new(url, -1, TRUE));
    }
    g_ptr_array_add(findings, finding);
    policy_classify(ruleset, findings);
    policy_classify(ruleset, findings);
    if (shares[i].want != ((finding->traits & TRAIT(SHARE)) != 0))
      print_message("%s %s\n", shares[i].url, shares[i].hop ? shares[i].hop : "");
    assert_int_equal((finding->traits & TRAIT(SHARE)) != 0, shares[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),    cmocka_unit_test(test_classify_again),
      cmocka_unit_test(test_lists),   cmocka_unit_test(test_many_lists),
      cmocka_unit_test(test_glob),    cmocka_unit_test(test_many),
      cmocka_unit_test(test_vectors), cmocka_unit_test(test_look_alikes),
      cmocka_unit_test(test_share),   cmocka_unit_test(test_ways),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
