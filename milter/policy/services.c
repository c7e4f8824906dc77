#include "services.h"

#include <string.h>

#include "hostmap.h"
#include "names.h"
#include "schemas.h"
#include "syntax.h"

static const OptionSchema service_options[] = {
    {"title", FALSE}, {"title-zh-hant", FALSE}, {"title-zh-hans", FALSE}, {"class", FALSE},
    {"hosts", TRUE},  {"paths", TRUE},          {"schemes", TRUE},        {"mail", TRUE},
    {"share", TRUE},  {"upload", TRUE},         {"download", TRUE},       {NULL, FALSE},
};

/* A longer name makes no mark. */
#define NAME_CHARS 40

const Schema service_schema = {"service", service_options};

static const char *const title_names[LANGS] = {"title", "title-zh-hant", "title-zh-hans"};
static const char *const way_names[SERVICE_WAYS] = {"share", "upload", "download"};

typedef struct named_host {
  char *host; /* lower case */
  const Service *service;
} NamedHost;

struct services {
  GPtrArray *all;                    /* Service * */
  GHashTable *by_id;                 /* id ─▶ Service * */
  HostMap *hosts;                    /* hosts and paths */
  HostMap *mail;                     /* domains of addresses */
  GHashTable *schemes;               /* char * ─▶ Service * */
  HostMap *ways[SERVICE_WAYS];       /* addresses on the web ... */
  GPtrArray *app_ways[SERVICE_WAYS]; /* ... and of apps, "whatsapp://send?text=" (char *, lower) */
  GArray *named;                     /* NamedHost: all hosts without a star */
  GHashTable *above;                 /* char *: names that a host or mail domain is at or below */
  GPtrArray *ids, *classes;
  gboolean broken;
};

static void
service_free(void *data)
{
  Service *service = data;
  g_free(service->id);
  for (int i = 0; i < LANGS; i++) {
    g_free(service->titles[i]);
    g_free(service->names[i]);
  }
  g_free(service->class_name);
  g_free(service);
}

static void
named_host_clear(void *named)
{
  g_free(((NamedHost *)named)->host);
}

static Services *
services_new(void)
{
  Services *services = g_new0(Services, 1);
  services->all = g_ptr_array_new_with_free_func(service_free);
  services->by_id = g_hash_table_new(g_str_hash, g_str_equal);
  services->hosts = hostmap_new();
  services->mail = hostmap_new();
  services->schemes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  services->above = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  services->named = g_array_new(FALSE, FALSE, sizeof(NamedHost));
  g_array_set_clear_func(services->named, named_host_clear);
  for (int i = 0; i < SERVICE_WAYS; i++) {
    services->ways[i] = hostmap_new();
    services->app_ways[i] = g_ptr_array_new_with_free_func(g_free);
  }
  services->ids = g_ptr_array_new();
  services->classes = g_ptr_array_new();
  return services;
}

void
services_free(Services *services)
{
  if (!services)
    return;
  g_array_unref(services->named);
  g_hash_table_unref(services->above);
  g_ptr_array_unref(services->classes);
  g_ptr_array_unref(services->ids);
  for (int i = 0; i < SERVICE_WAYS; i++) {
    g_ptr_array_unref(services->app_ways[i]);
    hostmap_free(services->ways[i]);
  }
  g_hash_table_unref(services->schemes);
  hostmap_free(services->mail);
  hostmap_free(services->hosts);
  g_hash_table_unref(services->by_id);
  g_ptr_array_unref(services->all);
  g_free(services);
}

/* --- loading --- */

static gboolean
is_id(const char *text)
{
  for (const char *p = text; *p; p++)
    if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && *p != '-')
      return FALSE;
  return *text != '\0';
}

static void
add_hosts(HostMap *map, Service *service, const Section *section, const char *name, HostForm form,
          Problems *problems)
{
  const Option *option = section_option(section, name);
  for (guint i = 0; option && i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    void *already;
    const char *wrong = hostmap_add(map, value->text, form, service, &already);
    const Service *other = already;
    if (wrong)
      problems_add(problems, value_place(section, value), "\"%s\" %s", value->text, wrong);
    else if (other)
      problems_add(problems, value_place(section, value),
                   "\"%s\" is in service \"%s\" (%s:%u) already; keep it in one of them",
                   value->text, other->id, other->file, other->line);
  }
}

/* Schemes that are not an app's own: a service cannot claim them. */
static gboolean
is_app_scheme(const char *scheme)
{
  static const char *const general[] = {"mailto",   "tel",   "sms",  "data", "javascript",
                                        "vbscript", "about", "blob", "cid",  NULL};
  if (!g_ascii_isalpha(*scheme) || url_scheme_is_special(scheme) ||
      g_strv_contains(general, scheme))
    return FALSE;
  for (const char *p = scheme; *p; p++)
    if (!g_ascii_isalnum(*p) && !strchr("+-.", *p))
      return FALSE;
  return TRUE;
}

static void
add_schemes(Services *services, Service *service, const Section *section, Problems *problems)
{
  const Option *option = section_option(section, "schemes");
  for (guint i = 0; option && i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    g_autofree char *scheme = g_ascii_strdown(value->text, -1);
    const Service *other = g_hash_table_lookup(services->schemes, scheme);
    if (!is_app_scheme(scheme))
      problems_add(problems, value_place(section, value),
                   "\"%s\" is no scheme of an app; write one such as \"whatsapp\", without ':'",
                   value->text);
    else if (other)
      problems_add(problems, value_place(section, value),
                   "scheme \"%s\" is in service \"%s\" (%s:%u) already; keep it in one of them",
                   value->text, other->id, other->file, other->line);
    else
      g_hash_table_insert(services->schemes, g_steal_pointer(&scheme), service);
  }
}

/* "wa.me/?text=", or "whatsapp://send?text=" with a scheme of the service. */
static void
add_way(Services *services, Service *service, const Section *section, ServiceWay way,
        Problems *problems)
{
  const Option *option = section_option(section, way_names[way]);
  for (guint i = 0; option && i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    const char *colon = strstr(value->text, "://"), *wrong = NULL;
    g_autofree char *lower = g_ascii_strdown(value->text, -1);
    g_autofree char *scheme = colon ? g_strndup(lower, (gsize)(colon - value->text)) : NULL;
    void *already;
    if (!scheme)
      wrong = hostmap_add(services->ways[way], value->text, HOST_AND_PATH, service, &already);
    else if (g_hash_table_lookup(services->schemes, scheme) != service)
      wrong = "has a scheme that is not among this service's schemes; add it there";
    else
      g_ptr_array_add(services->app_ways[way], g_steal_pointer(&lower));
    if (wrong)
      problems_add(problems, value_place(section, value), "\"%s\" %s", value->text, wrong);
  }
}

static void
note_names(Services *services, const Service *service, const Section *section, const char *name)
{
  const Option *option = section_option(section, name);
  for (guint i = 0; option && i < option->values->len; i++) {
    const char *text = option_value(option, i)->text;
    NamedHost named = {g_ascii_strdown(text, (gssize)strcspn(text, "/?#")), service};
    if (strchr(named.host, '.') && !strchr(named.host, '*'))
      g_array_append_val(services->named, named);
    else
      g_free(named.host);
  }
}

static void
check_service(Services *services, const Service *service, const Section *section,
              Problems *problems)
{
  const Service *other = g_hash_table_lookup(services->by_id, service->id);
  Place at = section_place(section);
  if (!is_id(service->id))
    problems_add(problems, at, "\"%s\" is no id; use lower-case letters, digits and '-'",
                 service->id);
  if (other)
    problems_add(problems, at, "service \"%s\" is there already (%s:%u); rename or remove one",
                 service->id, other->file, other->line);
  if (!*service->titles[LANG_EN])
    problems_add(problems, at, "service \"%s\" has no title; add title = \"NAME\"", service->id);
  if (!is_id(service->class_name))
    problems_add(problems, at,
                 "service \"%s\" has no good class; add one such as class = cloud-storage",
                 service->id);
  if (!section_option(section, "hosts") && !section_option(section, "paths") &&
      !section_option(section, "schemes") && !section_option(section, "mail"))
    problems_add(problems, at, "service \"%s\" has no address; add hosts, paths, schemes or mail",
                 service->id);
}

static char *
text_or(const Section *section, const char *name, const char *fallback)
{
  const char *text = section_text(section, name);
  return g_strdup(text ? text : fallback);
}

/* Without what stands in brackets. NULL if that is a list of several, or no name to be put into a
 * line: a host says more. */
static char *
name_of(const char *title)
{
  static const char *const marks[] = {",", " and ", "\n", "/", "[", "]", "、", "，", "／"};
  static const char *const opening[] = {" (", "（"};
  size_t len = strlen(title);
  for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
    const char *bracket = strstr(title, opening[i]);
    len = bracket ? MIN(len, (size_t)(bracket - title)) : len;
  }
  g_autofree char *name = g_strndup(title, len);
  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (strstr(name, marks[i]))
      return NULL;
  return *name && g_utf8_strlen(name, -1) <= NAME_CHARS ? g_steal_pointer(&name) : NULL;
}

static void
name_service(Service *service)
{
  for (int i = 0; i < LANGS; i++) {
    service->names[i] = name_of(service->titles[i]);
    if (!service->names[i])
      service->names[i] = g_strdup(service->names[LANG_EN]);
  }
  if (!service->names[LANG_EN])
    for (int i = 0; i < LANGS; i++)
      g_clear_pointer(&service->names[i], g_free);
}

static void
add_service(Services *services, const Section *section, Problems *problems)
{
  Service *service = g_new0(Service, 1);
  service->id = g_strdup(section->title);
  for (int i = 0; i < LANGS; i++)
    service->titles[i] = text_or(section, title_names[i], i ? service->titles[LANG_EN] : "");
  name_service(service);
  service->class_name = text_or(section, "class", "");
  service->file = section->file;
  service->line = section->line;
  g_ptr_array_add(services->all, service);
  check_service(services, service, section, problems);
  g_hash_table_insert(services->by_id, service->id, service);
  add_hosts(services->hosts, service, section, "hosts", HOST_ALONE, problems);
  add_hosts(services->hosts, service, section, "paths", HOST_AND_PATH, problems);
  add_hosts(services->mail, service, section, "mail", HOST_ALONE, problems);
  add_schemes(services, service, section, problems);
  note_names(services, service, section, "hosts");
  note_names(services, service, section, "paths");
  note_names(services, service, section, "mail");
  for (int i = 0; i < SERVICE_WAYS; i++)
    add_way(services, service, section, (ServiceWay)i, problems);
}

/* What is above a name that is there already is there too. */
static void
note_above(const char *name, void *data)
{
  GHashTable *above = data;
  while (name && g_hash_table_add(above, g_strdup(name))) {
    name = strchr(name, '.');
    name = name ? name + 1 : NULL;
  }
}

static void
read_file(Services *services, const char *dir, const char *name, GChecksum *checksum,
          Problems *problems)
{
  g_autoptr(Syntax) syntax = syntax_read(dir, name, &service_schema, checksum, problems);
  services->broken |= !syntax || syntax->broken;
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_service(services, g_ptr_array_index(syntax->sections, i), problems);
}

Services *
services_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Services *services = services_new();
  g_autoptr(GPtrArray) files = syntax_list(dir, "services", ".conf", problems);
  for (guint i = 0; i < files->len; i++)
    read_file(services, dir, g_ptr_array_index(files, i), checksum, problems);
  for (guint i = 0; i < services->all->len; i++) {
    const Service *service = g_ptr_array_index(services->all, i);
    g_ptr_array_add(services->ids, service->id);
    if (*service->class_name)
      g_ptr_array_add(services->classes, service->class_name);
  }
  hostmap_each_name(services->hosts, note_above, services->above);
  hostmap_each_name(services->mail, note_above, services->above);
  names_finish(services->ids);
  names_finish(services->classes);
  return services;
}

/* --- looking up --- */

const Service *
services_find(const Services *services, const Url *url)
{
  if (strcmp(url->scheme, "mailto") == 0)
    return hostmap_find(services->mail, url);
  const Service *service = g_hash_table_lookup(services->schemes, url->scheme);
  return service ? service : hostmap_find(services->hosts, url);
}

void
services_each_host(const Services *services,
                   void (*each)(const char *host, const Service *service, void *data), void *data)
{
  for (guint i = 0; i < services->named->len; i++) {
    const NamedHost *named = &g_array_index(services->named, NamedHost, i);
    each(named->host, named->service, data);
  }
}

const Service *
services_named(const Services *services, const char *id)
{
  return g_hash_table_lookup(services->by_id, id);
}

gboolean
services_reach_below(const Services *services, const char *host)
{
  return g_hash_table_contains(services->above, host);
}

gboolean
services_has_way(const Services *services, const Url *url, ServiceWay way)
{
  if (url_scheme_is_special(url->scheme))
    return hostmap_find(services->ways[way], url) != NULL;
  g_autofree char *text = g_strconcat(url->scheme, "://", url->host, url->path,
                                      url->query ? "?" : "", url->query, NULL);
  for (guint i = 0; i < services->app_ways[way]->len; i++)
    if (glob_prefix(g_ptr_array_index(services->app_ways[way], i), text))
      return TRUE;
  return FALSE;
}

void
services_each(const Services *services, void (*each)(const Service *service, void *data),
              void *data)
{
  for (guint i = 0; i < services->all->len; i++)
    each(g_ptr_array_index(services->all, i), data);
}

unsigned
services_count(const Services *services)
{
  return services->all->len;
}

const char *const *
services_ids(const Services *services)
{
  return (const char *const *)services->ids->pdata;
}

const char *const *
services_classes(const Services *services)
{
  return (const char *const *)services->classes->pdata;
}

gboolean
services_broken(const Services *services)
{
  return services->broken;
}
