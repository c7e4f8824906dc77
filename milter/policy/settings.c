#include "settings.h"

#include <string.h>

#include "clamd.h"
#include "names.h"
#include "net.h"
#include "schemas.h"
#include "settings_read.h"
#include "syntax.h"

static const OptionSchema settings_options[] = {
    {"socket", FALSE},
    {"socket-mode", FALSE},
    {"user", FALSE},
    {"worker-user", FALSE},
    {"workers", FALSE},
    {"letters", FALSE},
    {"deadline", FALSE},
    {"deadline-mime", FALSE},
    {"deadline-inspect", FALSE},
    {"deadline-policy", FALSE},
    {"deadline-rewrite", FALSE},
    {"deadline-verify", FALSE},
    {"queue-deadline", FALSE},
    {"queue", FALSE},
    {"share", FALSE},
    {"connections", FALSE},
    {"mta-timeout", FALSE},
    {"split-recipients", FALSE},
    {"hold-signed", FALSE},
    {"worker", FALSE},
    {"require-jail", FALSE},
    {"state", FALSE},
    {"events", FALSE},
    {"scratch", FALSE},
    {"engine", FALSE},
    {"signatures", FALSE},
    {"clamd-socket", FALSE},
    {"clamd-timeout", FALSE},
    {"on-engine-error", FALSE},
    {"signatures-max-age", FALSE},
    {"on-stale-signatures", FALSE},
    {"mode", FALSE},
    {"reload-on-change", FALSE},
    {"control", FALSE},
    {"metrics-port", FALSE},
    {"log", FALSE},
    {"own-domains", TRUE},
    {"imitated-names", TRUE},
    {"own-networks", TRUE},
    {"trusted-authserv-ids", TRUE},
    {"languages", TRUE},
    {"organisation", FALSE},
    {"organisation-zh-hant", FALSE},
    {"organisation-zh-hans", FALSE},
    {"contact", FALSE},
    {"contact-zh-hant", FALSE},
    {"contact-zh-hans", FALSE},
    {"request-url", FALSE},
    {"reject-text", FALSE},
    {"keep-days", FALSE},
    {NULL, FALSE},
};

const Schema settings_schema = {NULL, settings_options};

static const char *const language_names[] = {"en", "zh-Hant", "zh-Hans", NULL};
static const char *const log_names[] = {"stderr", "syslog", NULL};
static const char *const engine_names[] = {"libclamav", "clamd", "both", "none", NULL};
static const char *const failure_names[] = {"tempfail", "hold", NULL};
static const char *const stale_names[] = {"tempfail", "continue", NULL};
static const char *const switch_names[] = {"yes", "no", NULL};

typedef struct reader {
  const Section *section;
  Problems *problems;
  const char *dir; /* absolute */
} Reader;

/* Why a value is not good, or NULL. `advice` may be set to a new string. */
typedef gboolean (*Check)(const char *text);

static gboolean
is_one_line(const char *text)
{
  for (const char *p = text; *p; p++)
    if (g_ascii_iscntrl(*p))
      return FALSE;
  return TRUE;
}

static gboolean
is_reply(const char *text)
{
  for (const char *p = text; *p; p++)
    if (!g_ascii_isprint(*p) || *p == '%')
      return FALSE;
  return *text && strlen(text) <= 200;
}

/* It stands in a mail as it is, but for the code. */
static gboolean
is_request(const char *text)
{
  const char *code = strstr(text, "%code%");
  for (const char *p = text; *p; p++)
    if (!g_ascii_isgraph(*p) || strchr("\"'<>\\`", *p))
      return FALSE;
  return !*text || (g_str_has_prefix(text, "https://") && strlen(text) <= 200 && code &&
                    !strstr(code + 1, "%code%"));
}

static gboolean
is_socket(const char *text)
{
  const char *rest = strchr(text, ':');
  guint64 port;
  if (!rest || !rest[1])
    return FALSE;
  if (g_str_has_prefix(text, "unix:") || g_str_has_prefix(text, "local:"))
    return TRUE;
  if (!g_str_has_prefix(text, "inet:") && !g_str_has_prefix(text, "inet6:"))
    return FALSE;
  g_auto(GStrv) halves = g_strsplit(rest + 1, "@", 2);
  return g_ascii_string_to_unsigned(halves[0], 10, 1, 65535, &port, NULL) &&
         (!halves[1] || halves[1][0]);
}

static gboolean
is_log(const char *text)
{
  return g_strv_contains(log_names, text);
}

static gboolean
is_stale_action(const char *text)
{
  return g_strv_contains(stale_names, text);
}

static gboolean
is_mode(const char *text)
{
  return name_index(mode_names, text) >= 0;
}

static gboolean
is_engine(const char *text)
{
  return g_strv_contains(engine_names, text);
}

static gboolean
is_failure_action(const char *text)
{
  return g_strv_contains(failure_names, text);
}

static gboolean
is_switch(const char *text)
{
  return g_strv_contains(switch_names, text);
}

static gboolean
is_domain(const char *text)
{
  if (!*text || strlen(text) > 253 || *text == '.' || strstr(text, "..") || !strchr(text, '.'))
    return FALSE;
  for (const char *p = text; *p; p++)
    if (!g_ascii_isalnum(*p) && *p != '-' && *p != '.')
      return FALSE;
  return text[strlen(text) - 1] != '.';
}

/* One token, so that what cannot be parsed can be searched for it. */
static gboolean
is_authserv_id(const char *text)
{
  return *text && strlen(text) <= 253 && !strpbrk(text, " \t()<>@,;:\\\"/[]?=");
}

static gboolean
is_language(const char *text)
{
  return g_strv_contains(language_names, text);
}

static char *
read_text(const Reader *reader, const char *name, const char *fallback, Check good,
          const char *advice)
{
  const Option *option = section_option(reader->section, name);
  if (!option)
    return g_strdup(fallback);
  const Value *value = option_value(option, 0);
  if (!good(value->text))
    problems_add(reader->problems, value_place(reader->section, value),
                 "\"%s\" is not right for %s; %s", value->text, name, advice);
  return g_strdup(value->text);
}

/* Relative paths start at the rules folder. "" stays "". */
static char *
read_path(const Reader *reader, const char *name, const char *fallback)
{
  g_autofree char *text = read_text(reader, name, fallback, is_one_line, "write it on one line");
  return *text ? g_canonicalize_filename(text, reader->dir) : g_strdup("");
}

static char *
read_socket(const Reader *reader)
{
  g_autofree char *text = read_text(reader, "socket", "unix:/run/cordon/milter.sock", is_socket,
                                    "write unix:/PATH, inet:PORT@HOST or inet6:PORT@HOST");
  const char *rest = strchr(text, ':');
  if (!rest || !rest[1] || rest[1] == '/' || g_str_has_prefix(text, "inet"))
    return g_steal_pointer(&text);
  g_autofree char *path = g_canonicalize_filename(rest + 1, reader->dir);
  return g_strdup_printf("unix:%s", path);
}

static gboolean
read_switch(const Reader *reader, const char *name, const char *fallback)
{
  g_autofree char *text = read_text(reader, name, fallback, is_switch, "use yes or no");
  return strcmp(text, "no") != 0;
}

static unsigned
read_number(const Reader *reader, const char *name, unsigned base, unsigned min, unsigned max,
            unsigned fallback)
{
  const Option *option = section_option(reader->section, name);
  guint64 number;
  if (!option)
    return fallback;
  const Value *value = option_value(option, 0);
  if (g_ascii_string_to_unsigned(value->text, base, min, max, &number, NULL))
    return (unsigned)number;
  problems_add(reader->problems, value_place(reader->section, value),
               base == 8 ? "\"%s\" is not right for %s; write an octal number from %o to %o"
                         : "\"%s\" is not right for %s; write a whole number from %u to %u",
               value->text, name, min, max);
  return fallback;
}

static char **
read_list(const Reader *reader, const char *name, const char *const *fallback, gboolean lower,
          Check good, const char *advice)
{
  const Option *option = section_option(reader->section, name);
  if (!option)
    return g_strdupv((char **)fallback);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    if (!good(value->text))
      problems_add(reader->problems, value_place(reader->section, value),
                   "\"%s\" is not right for %s; %s", value->text, name, advice);
    g_autofree char *text = lower ? g_ascii_strdown(value->text, -1) : g_strdup(value->text);
    g_strv_builder_add(builder, text);
  }
  return g_strv_builder_end(builder);
}

static void
check_languages_once(const Reader *reader, const Settings *settings)
{
  for (guint i = 0; settings->languages[i]; i++)
    for (guint j = 0; j < i; j++)
      if (strcmp(settings->languages[i], settings->languages[j]) == 0)
        problems_add(reader->problems,
                     option_place(reader->section, section_option(reader->section, "languages")),
                     "\"%s\" is named twice; keep one", settings->languages[i]);
}

static void
read_lists(const Reader *reader, Settings *settings)
{
  static const char *const none[] = {NULL};
  static const char *const loopback[] = {"127.0.0.0/8", "::1/128", NULL};
  static const char *const languages[] = {"en", "zh-Hant", NULL};
  static const char *const imitated[] = {"gov.hk",
                                         "gov.cn",
                                         "hongkongpost.hk",
                                         "hsbc.com.hk",
                                         "hangseng.com",
                                         "bochk.com",
                                         "octopus.com.hk",
                                         "clp.com.hk",
                                         "hkelectric.com",
                                         "smartone.com",
                                         "alipay.com",
                                         "alipayhk.com",
                                         "paypal.com",
                                         "microsoft.com",
                                         "microsoftonline.com",
                                         "office365.com",
                                         "outlook.com",
                                         "onedrive.com",
                                         "hotmail.com",
                                         "google.com",
                                         "gmail.com",
                                         "apple.com",
                                         "icloud.com",
                                         "amazon.com",
                                         "yahoo.com",
                                         "dropbox.com",
                                         "wetransfer.com",
                                         "whatsapp.com",
                                         "wechat.com",
                                         "linkedin.com",
                                         "facebook.com",
                                         "github.com",
                                         "docusign.com",
                                         "netflix.com",
                                         "fedex.com",
                                         "sf-express.com",
                                         NULL};
  settings->own_domains = read_list(reader, "own-domains", none, TRUE, is_domain,
                                    "write a domain name such as example.gov.hk");
  settings->imitated_names = read_list(reader, "imitated-names", imitated, TRUE, is_domain,
                                       "write a domain name such as example.com");
  settings->own_networks = read_list(reader, "own-networks", loopback, FALSE, net_is_network,
                                     "write an address or a network such as 192.0.2.0/24");
  settings->trusted_authserv_ids =
      read_list(reader, "trusted-authserv-ids", none, TRUE, is_authserv_id,
                "write the name that stands first in the field, such as mx.example.gov.hk");
  settings->languages =
      read_list(reader, "languages", languages, FALSE, is_language, "use en, zh-Hant, zh-Hans");
  check_languages_once(reader, settings);
}

/* What an engine that is not named would need is not there. */
static void
read_engines(const Reader *reader, Settings *settings)
{
  g_autofree char *engine =
      read_text(reader, "engine", "libclamav", is_engine, "use libclamav, clamd, both or none");
  g_autofree char *failure =
      read_text(reader, "on-engine-error", "tempfail", is_failure_action, "use tempfail or hold");
  gboolean both = strcmp(engine, "both") == 0;

  settings->signatures = read_path(reader, "signatures", "");
  settings->clamd_socket =
      read_text(reader, "clamd-socket", "unix:/run/clamav/clamd.ctl", clamd_is_address,
                "write unix:/PATH, inet:ADDRESS:PORT or inet:[ADDRESS]:PORT, addresses in numbers");
  settings->clamd_timeout = read_number(reader, "clamd-timeout", 10, 1, 300, 15);
  settings->tempfail_on_engine = strcmp(failure, "tempfail") == 0;
  if (!both && strcmp(engine, "libclamav") != 0)
    *settings->signatures = '\0';
  if (!both && strcmp(engine, "clamd") != 0)
    *settings->clamd_socket = '\0';
}

static void
read_stage_deadlines(const Reader *reader, Settings *settings)
{
  static const unsigned defaults[STAGES] = {20, 40, 10, 20, 40};

  for (int stage = 0; stage < STAGES; stage++) {
    g_autofree char *name = g_strconcat("deadline-", stage_name(stage), NULL);

    settings->stage_deadlines[stage] = read_number(reader, name, 10, 1, 3600, defaults[stage]);
  }
}

static void
read_programs(const Reader *reader, Settings *settings)
{
  settings->socket = read_socket(reader);
  settings->socket_mode = read_number(reader, "socket-mode", 8, 0, 0777, 0660);
  settings->user = read_text(reader, "user", "", is_one_line, "write the name of an account");
  settings->worker_user =
      read_text(reader, "worker-user", "", is_one_line, "write the name of an account");
  settings->workers = read_number(reader, "workers", 10, 0, 1024, 0);
  settings->letters = read_number(reader, "letters", 10, 1, 1000000, 500);
  settings->deadline = read_number(reader, "deadline", 10, 1, 3600, 60);
  read_stage_deadlines(reader, settings);
  settings->queue_deadline = read_number(reader, "queue-deadline", 10, 0, 3600, 30);
  settings->queue = read_number(reader, "queue", 10, 1, 10000, 64);
  settings->share = read_number(reader, "share", 10, 1, 100, 50);
  settings->connections = read_number(reader, "connections", 10, 1, 20000, 500);
  settings->mta_timeout = read_number(reader, "mta-timeout", 10, 1, 100000, 600);
  settings->split_recipients = read_switch(reader, "split-recipients", "no");
  settings->hold_signed = read_switch(reader, "hold-signed", "no");
  settings->worker = read_path(reader, "worker", "");
  settings->require_jail = read_switch(reader, "require-jail", "yes");
  settings->state = read_path(reader, "state", "/var/lib/cordon");
  settings->events = read_path(reader, "events", "");
  settings->scratch = read_path(reader, "scratch", "/tmp");
  read_engines(reader, settings);
  settings->control = read_path(reader, "control", "");
  settings->metrics_port = read_number(reader, "metrics-port", 10, 0, 65535, 0);
  settings->log = read_text(reader, "log", "syslog", is_log, "use stderr or syslog");
}

static void
read_reloading(const Reader *reader, Settings *settings)
{
  g_autofree char *stale = read_text(reader, "on-stale-signatures", "tempfail", is_stale_action,
                                     "use tempfail or continue");
  g_autofree char *mode =
      read_text(reader, "mode", "enforce", is_mode, "use enforce, mark or observe");
  g_autofree char *watch = read_text(reader, "reload-on-change", "yes", is_switch, "use yes or no");

  settings->mode = (unsigned)MAX(name_index(mode_names, mode), 0);
  settings->signatures_max_age = read_number(reader, "signatures-max-age", 10, 0, 3650, 7);
  settings->tempfail_on_stale = strcmp(stale, "tempfail") == 0;
  settings->reload_on_change = strcmp(watch, "yes") == 0;
}

/* The words of each language; one that is not given is the first where that is given, else the
 * default. */
static void
read_in_languages(const Reader *reader, const char *name, const char *const fallback[LANGS],
                  char *words[LANGS])
{
  static const char *const endings[LANGS] = {"", "-zh-hant", "-zh-hans"};
  g_autofree char *given = read_text(reader, name, "", is_one_line, "write it on one line");

  for (int lang = 0; lang < LANGS; lang++) {
    g_autofree char *option = g_strconcat(name, endings[lang], NULL);
    const char *otherwise = *given != '\0' ? given : fallback[lang];

    words[lang] = lang == LANG_EN
                      ? g_strdup(otherwise)
                      : read_text(reader, option, otherwise, is_one_line, "write it on one line");
  }
}

static void
read_words(const Reader *reader, Settings *settings)
{
  static const char *const gateway[LANGS] = {"the mail gateway", "電郵閘道", "邮件网关"};
  static const char *const desk[LANGS] = {"your IT Help Desk", "資訊科技支援服務台",
                                          "信息科技支援服务台"};

  read_in_languages(reader, "organisation", gateway, settings->organisation);
  read_in_languages(reader, "contact", desk, settings->contact);
  settings->request_url = read_text(
      reader, "request-url", "", is_request,
      "write \"https://intranet.example.gov.hk/request?code=%code%\", up to 200 characters");
  settings->reject_text =
      read_text(reader, "reject-text", "Message refused by the mail policy of this organisation",
                is_reply, "write up to 200 printable ASCII characters without '%'");
  settings->keep_days = read_number(reader, "keep-days", 10, 1, 3650, 30);
}

Settings *
settings_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  g_autoptr(Syntax) syntax = syntax_read(dir, "cordon.conf", &settings_schema, checksum, problems);
  if (!syntax)
    return NULL;
  Settings *settings = g_new0(Settings, 1);
  settings->rules = g_canonicalize_filename(dir, NULL);
  Reader reader = {.section = g_ptr_array_index(syntax->sections, 0),
                   .problems = problems,
                   .dir = settings->rules};
  read_programs(&reader, settings);
  read_reloading(&reader, settings);
  read_lists(&reader, settings);
  read_words(&reader, settings);
  return settings;
}

Settings *
settings_load(const char *dir, GPtrArray *errors)
{
  g_autoptr(Problems) problems = problems_new();
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autoptr(Settings) settings = settings_read(dir, checksum, problems);
  if (problems_count(problems) == 0)
    return g_steal_pointer(&settings);
  problems_report(problems, errors);
  return NULL;
}

char *
settings_control(const Settings *settings)
{
  return *settings->control ? g_strdup(settings->control)
                            : g_build_filename(settings->state, "control", NULL);
}

void
settings_free(Settings *settings)
{
  if (!settings)
    return;
  g_free(settings->socket);
  g_free(settings->user);
  g_free(settings->worker_user);
  g_free(settings->worker);
  g_free(settings->state);
  g_free(settings->events);
  g_free(settings->scratch);
  g_free(settings->signatures);
  g_free(settings->clamd_socket);
  g_free(settings->control);
  g_free(settings->log);
  g_strfreev(settings->own_domains);
  g_strfreev(settings->imitated_names);
  g_strfreev(settings->own_networks);
  g_strfreev(settings->trusted_authserv_ids);
  g_strfreev(settings->languages);
  for (int lang = 0; lang < LANGS; lang++) {
    g_free(settings->organisation[lang]);
    g_free(settings->contact[lang]);
  }
  g_free(settings->request_url);
  g_free(settings->reject_text);
  g_free(settings->rules);
  g_free(settings);
}
