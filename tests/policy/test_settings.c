#include "fixture.h"

#include "net.h"
#include "settings.h"

static Settings *
load_text(const char *text, char **errors_out)
{
  g_autofree char *dir = folder_new();
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_write(dir, "cordon.conf", text, -1);
  Settings *settings = settings_load(dir, errors);
  assert_true((settings == NULL) == (errors->len > 0));
  *errors_out = errors_text(errors, dir);
  folder_remove(dir);
  return settings;
}

/* All settings but the folder, as text. */
static char *
settings_text(const Settings *s)
{
  g_autofree char *own = g_strjoinv("+", s->own_domains);
  g_autofree char *networks = g_strjoinv("+", s->own_networks);
  g_autofree char *languages = g_strjoinv("+", s->languages);
  return g_strdup_printf(
      "%s %o '%s' %u %u %u %u '%s' %s '%s' %s '%s' %s [%s] [%s] [%s] '%s' '%s' "
      "'%s' %u %s %s | %u %u %u %u %u %d %d '%s' %u %d '%s' %u %u %u %u %u %d %d '%s'",
      s->socket, s->socket_mode, s->user, s->workers, s->letters, s->deadline, s->queue_deadline,
      s->worker, s->state, s->events, s->scratch, s->signatures, s->log, own, networks, languages,
      s->organisation[0], s->contact[0], s->reject_text, s->keep_days, s->organisation[1],
      s->contact[2], s->queue, s->share, s->connections, s->mta_timeout, s->signatures_max_age,
      s->tempfail_on_stale, s->reload_on_change, s->control, s->metrics_port, s->require_jail,
      s->worker_user, s->stage_deadlines[0], s->stage_deadlines[1], s->stage_deadlines[2],
      s->stage_deadlines[3], s->stage_deadlines[4], s->split_recipients, s->hold_signed,
      s->request_url);
}

static const char defaults[] =
    "unix:/run/cordon/milter.sock 660 '' 0 500 60 30 '' /var/lib/cordon '' /tmp '' syslog [] "
    "[127.0.0.0/8+::1/128] [en+zh-Hant] 'the mail gateway' 'your IT Help Desk' 'Message refused by "
    "the mail policy of this organisation' 30 電郵閘道 信息科技支援服务台 | 64 50 500 600 7 1 1 "
    "'' 0 1 '' 20 40 10 20 40 0 0 ''";

static void
test_defaults(void **state)
{
  g_autofree char *errors = NULL;
  g_autoptr(Settings) settings = load_text("", &errors);
  assert_string_equal(errors, "");
  g_autofree char *got = settings_text(settings);
  assert_string_equal(got, defaults);
}

static char *
shipped_text(void)
{
  g_autofree char *file = g_build_filename(source_dir(), "rules", "cordon.conf", NULL);
  char *text = NULL;
  assert_true(g_file_get_contents(file, &text, NULL, NULL));
  return text;
}

static void
test_shipped_is_defaults(void **state)
{
  g_autofree char *text = shipped_text();
  g_autofree char *errors = NULL;
  g_autoptr(Settings) settings = load_text(text, &errors);
  assert_string_equal(errors, "");
  g_autofree char *got = settings_text(settings);
  assert_string_equal(got, defaults);
}

/* Each "#name = value" of the shipped file, made live, is right and is the default; own-domains and
 * trusted-authserv-ids are examples, as no name fits all. */
static void
test_shipped_values(void **state)
{
  g_autofree char *text = shipped_text();
  g_autofree char *errors = NULL;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  unsigned live = 0;
  for (char **line = lines; *line; line++)
    if (g_regex_match_simple("^#([a-z-]+ = |  \"|})", *line, 0, 0)) {
      gboolean example = g_str_has_prefix(*line, "#own-domains") ||
                         g_str_has_prefix(*line, "#trusted-authserv-ids");
      (*line)[0] = example ? '#' : ' ';
      live += strchr(*line, '=') != NULL;
    }
  g_autofree char *all = g_strjoinv("\n", lines);
  g_autoptr(Settings) settings = load_text(all, &errors);
  assert_string_equal(errors, "");
  assert_int_equal(live, 50);
  g_autofree char *got = settings_text(settings);
  assert_string_equal(got, defaults);
  g_autofree char *none = NULL;
  g_autoptr(Settings) plain = load_text("", &none);
  assert_true(g_strv_equal((const char *const *)settings->imitated_names,
                           (const char *const *)plain->imitated_names));
  assert_string_equal(settings->imitated_names[0], "gov.hk");
}

static void
test_values(void **state)
{
  static const char text[] = "socket = \"inet:8891@127.0.0.1\"\nsocket-mode = 0600\nuser = cordon\n"
                             "worker-user = \"cordon-worker\"\ndeadline-mime = 1\n"
                             "deadline-inspect = 2\ndeadline-policy = 3\ndeadline-rewrite = 4\n"
                             "deadline-verify = 5\n"
                             "workers = 4\nletters = 10\ndeadline = 5\nqueue-deadline = 0\n"
                             "worker = \"/x/../w\"\nstate = \"/s\"\nevents = \"/e\"\n"
                             "scratch = \"/t\"\nsignatures = \"/c\"\nlog = stderr\n"
                             "own-domains = { Example.GOV.hk, b.example }\n"
                             "own-networks = \"192.0.2.0/24\"\n"
                             "languages = { zh-Hant, en, zh-Hans }\norganisation = \"機構\"\n"
                             "request-url = \"https://i.example/?c=%code%\"\n"
                             "contact = \"c\"\ncontact-zh-hans = \"d\"\nreject-text = \"no\"\n"
                             "keep-days = 7\n"
                             "queue = 3\nshare = 100\nconnections = 9\nmta-timeout = 8\n"
                             "signatures-max-age = 0\non-stale-signatures = continue\n"
                             "reload-on-change = no\ncontrol = \"/k\"\nmetrics-port = 9187\n"
                             "require-jail = no\nsplit-recipients = yes\nhold-signed = yes\n"
                             "engine = both\nclamd-socket = \"inet:[::1]:3310\"\n"
                             "clamd-timeout = 3\non-engine-error = hold\n";
  g_autofree char *errors = NULL;
  g_autoptr(Settings) settings = load_text(text, &errors);
  assert_string_equal(errors, "");
  g_autofree char *got = settings_text(settings);
  assert_string_equal(
      got, "inet:8891@127.0.0.1 600 'cordon' 4 10 5 0 '/w' /s '/e' /t '/c' stderr "
           "[example.gov.hk+b.example] [192.0.2.0/24] [zh-Hant+en+zh-Hans] '機構' "
           "'c' 'no' 7 機構 d | 3 100 9 8 0 0 0 '/k' 9187 0 'cordon-worker' 1 2 3 4 5 1 1 "
           "'https://i.example/?c=%code%'");
}

/* What an engine that is not named would need is not there. */
static void
test_engines(void **state)
{
  static const struct {
    const char *text, *signatures, *socket;
    gboolean tempfail;
  } cases[] = {
      {"signatures = \"/c\"\n", "/c", "", TRUE},
      {"engine = clamd\nsignatures = \"/c\"\n", "", "unix:/run/clamav/clamd.ctl", TRUE},
      {"engine = clamd\nclamd-socket = \"unix:/x\"\non-engine-error = hold\n", "", "unix:/x",
       FALSE},
      {"engine = both\nclamd-socket = \"inet:127.0.0.1:3310\"\nsignatures = \"/c\"\n", "/c",
       "inet:127.0.0.1:3310", TRUE},
      {"engine = none\nsignatures = \"/c\"\n", "", "", TRUE},
      {"engine = libclamav\nclamd-socket = \"unix:/x\"\nsignatures = \"/c\"\n", "/c", "", TRUE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *errors = NULL;
    g_autoptr(Settings) settings = load_text(cases[i].text, &errors);

    assert_string_equal(errors, "");
    if (strcmp(settings->signatures, cases[i].signatures) != 0 ||
        strcmp(settings->clamd_socket, cases[i].socket) != 0 ||
        settings->tempfail_on_engine != cases[i].tempfail)
      fail_msg("%s: got \"%s\" \"%s\" %d", cases[i].text, settings->signatures,
               settings->clamd_socket, settings->tempfail_on_engine);
    assert_int_equal(settings->clamd_timeout, 15);
  }
}

static void
test_relative_paths(void **state)
{
  g_autofree char *errors = NULL;
  g_autoptr(Settings) settings =
      load_text("state = \"../state\"\nscratch = tmp\nsocket = \"unix:run/sock\"\n", &errors);
  assert_string_equal(errors, "");
  g_autofree char *parent = g_path_get_dirname(settings->rules);
  g_autofree char *want_state = g_build_filename(parent, "state", NULL);
  g_autofree char *want_scratch = g_build_filename(settings->rules, "tmp", NULL);
  g_autofree char *want_socket = g_strdup_printf("unix:%s/run/sock", settings->rules);
  assert_true(g_path_is_absolute(settings->rules));
  assert_string_equal(settings->state, want_state);
  assert_string_equal(settings->scratch, want_scratch);
  assert_string_equal(settings->socket, want_socket);
}

static void
test_wrong(void **state)
{
  g_autofree char *errors = NULL;
  g_autoptr(Settings) settings =
      load_text("workers = 2\nworkerz = 3\nletters = x\nrequire-jail = maybe\n", &errors);
  assert_null(settings);
  assert_string_equal(errors,
                      "DIR/cordon.conf:2: unknown option \"workerz\"; did you mean \"workers\"?\n"
                      "DIR/cordon.conf:3: \"x\" is not right for letters; write a whole number "
                      "from 1 to 1000000\n"
                      "DIR/cordon.conf:4: \"maybe\" is not right for require-jail; use yes "
                      "or no\n");
}

static void
test_networks(void **state)
{
  static const struct {
    const char *network, *address;
    int want;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.255", 1},
      {"192.0.2.0/24", "192.0.3.0", 0},
      {"192.0.2.0/25", "192.0.2.127", 1},
      {"192.0.2.0/25", "192.0.2.128", 0},
      {"192.0.2.7", "192.0.2.7", 1},
      {"192.0.2.7", "192.0.2.8", 0},
      {"0.0.0.0/0", "203.0.113.9", 1},
      {"0.0.0.0/0", "2001:db8::1", 0},
      {"2001:db8::/33", "2001:db8:7fff::1", 1},
      {"2001:db8::/33", "2001:db8:8000::1", 0},
      {"10.0.0.0/8", "::ffff:10.1.2.3", 1},
      {"::1/128", "IPv6:::1", 1},
      {"10.0.0.0/33", "10.0.0.1", 0},
      {"10.0.0.0/8", "", 0},
      {"10.0.0.0/8", "unknown", 0},
      {"10.0.0.0/", "10.0.0.1", 0},
  };
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    if (net_holds(cases[i].network, cases[i].address) != cases[i].want) {
      print_error("%s %s: want %d\n", cases[i].network, cases[i].address, cases[i].want);
      failed++;
    }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults),       cmocka_unit_test(test_shipped_is_defaults),
      cmocka_unit_test(test_shipped_values), cmocka_unit_test(test_values),
      cmocka_unit_test(test_engines),        cmocka_unit_test(test_relative_paths),
      cmocka_unit_test(test_wrong),          cmocka_unit_test(test_networks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
