#include "approvals.h"

#include <string.h>

#include "names.h"
#include "schemas.h"
#include "syntax.h"

/* The section for classes that have none of their own, and for hosts of no class. */
#define ALL_OTHERS "*"

#define DAYS_MAX      3650
#define DAYS_USUAL    180
#define SECONDS_A_DAY 86400

static const OptionSchema approval_options[] = {
    {"posts", TRUE}, {"second-posts", TRUE}, {"maximum-days", FALSE}, {NULL, FALSE}};

const Schema approval_schema = {"approval", approval_options};

typedef struct approval {
  char **posts, **seconds;
  unsigned days;
} Approval;

struct approvals {
  GHashTable *by_class; /* char * ─▶ Approval * */
};

static void
approval_free(void *data)
{
  Approval *approval = data;
  g_strfreev(approval->posts);
  g_strfreev(approval->seconds);
  g_free(approval);
}

void
approvals_free(Approvals *approvals)
{
  if (!approvals)
    return;
  g_hash_table_unref(approvals->by_class);
  g_free(approvals);
}

/* --- reading --- */

static char **
read_posts(const Section *section, const char *name)
{
  const Option *option = section_option(section, name);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; option && i < option->values->len; i++)
    g_strv_builder_add(builder, option_value(option, i)->text);
  return g_strv_builder_end(builder);
}

static unsigned
read_days(const Section *section, Problems *problems)
{
  const Option *option = section_option(section, "maximum-days");
  guint64 days;
  if (!option)
    return DAYS_USUAL;
  const Value *value = option_value(option, 0);
  if (g_ascii_string_to_unsigned(value->text, 10, 1, DAYS_MAX, &days, NULL))
    return (unsigned)days;
  problems_add(problems, value_place(section, value),
               "\"%s\" is not right for maximum-days; write a whole number from 1 to %u",
               value->text, DAYS_MAX);
  return DAYS_USUAL;
}

static void
check_class(const Section *section, const Services *services, Problems *problems)
{
  const char *const *classes = services_classes(services);
  if (strcmp(section->title, ALL_OTHERS) == 0 || services_broken(services) ||
      name_index(classes, section->title) >= 0)
    return;
  g_autofree char *advice = spelling_advice(section->title, classes);
  problems_add(problems, section_place(section), "there is no class \"%s\"; %s", section->title,
               advice);
}

static void
add_approval(Approvals *approvals, const Section *section, const Services *services,
             Problems *problems)
{
  Approval *approval = g_new0(Approval, 1);
  approval->posts = read_posts(section, "posts");
  approval->seconds = read_posts(section, "second-posts");
  approval->days = read_days(section, problems);
  check_class(section, services, problems);
  if (!approval->posts[0])
    problems_add(problems, section_place(section),
                 "approval \"%s\" has no posts; name who may approve: posts = "
                 "{ \"Departmental IT Security Officer\" }",
                 section->title);
  if (g_hash_table_contains(approvals->by_class, section->title))
    problems_add(problems, section_place(section),
                 "approval \"%s\" is there already; rename or remove one", section->title);
  g_hash_table_insert(approvals->by_class, g_strdup(section->title), approval);
}

Approvals *
approvals_read(const char *dir, const Services *services, GChecksum *checksum, Problems *problems)
{
  Approvals *approvals = g_new0(Approvals, 1);
  g_autofree char *path = g_build_filename(dir, "exceptions.conf", NULL);
  approvals->by_class = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, approval_free);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return approvals;
  g_autoptr(Syntax) syntax =
      syntax_read(dir, "exceptions.conf", &approval_schema, checksum, problems);
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_approval(approvals, g_ptr_array_index(syntax->sections, i), services, problems);
  return approvals;
}

/* --- judging --- */

static gboolean
has_post(char **posts, const char *post)
{
  g_autofree char *wanted = g_utf8_casefold(post ? post : "", -1);
  for (; *posts; posts++) {
    g_autofree char *one = g_utf8_casefold(*posts, -1);
    if (strcmp(one, wanted) == 0)
      return TRUE;
  }
  return FALSE;
}

static Url *
url_of_host(const char *host)
{
  g_autofree char *text = g_strdup_printf("https://%s/", host);
  Url *url = url_parse(text, strlen(text), FALSE);
  if (url && strcmp(url->host, host) == 0 && !strpbrk(host, "*/?#@"))
    return url;
  url_free(url);
  return NULL;
}

/* Is anything below this host registrable, as below a public suffix? */
static gboolean
is_suffix(const char *host)
{
  g_autofree char *below = g_strdup_printf("x.%s", host);
  g_autofree char *domain = url_domain(below);
  return strcmp(domain, below) == 0;
}

/* The host of a whole service, of several, or of everybody below a public suffix. A tenant's own
 * host (vendor.sharepoint.com) is not: the catalogue knows what is above it. */
static gboolean
is_shared(const Services *services, const Url *url)
{
  return (url->flags & URL_IP) != 0 || is_suffix(url->host) ||
         services_reach_below(services, url->host);
}

/* The class that the exception is of; NULL and a fault if it names what there is not. */
static const char *
class_of(const Services *services, const Exception *exception, gboolean *wide, char **fault)
{
  if (exception->class_name) {
    *wide = TRUE;
    if (name_index(services_classes(services), exception->class_name) >= 0)
      return exception->class_name;
    g_autofree char *advice = spelling_advice(exception->class_name, services_classes(services));
    *fault = g_strdup_printf("there is no class \"%s\"; %s", exception->class_name, advice);
    return NULL;
  }
  if (exception->service) {
    const Service *service = services_named(services, exception->service);
    if (service)
      return service->class_name;
    g_autofree char *advice = spelling_advice(exception->service, services_ids(services));
    *fault = g_strdup_printf("there is no service \"%s\"; %s", exception->service, advice);
    return NULL;
  }
  g_autoptr(Url) url = url_of_host(exception->host);
  if (!url) {
    *fault = g_strdup_printf("\"%s\" is no host; write one such as vendor.sharepoint.com",
                             exception->host);
    return NULL;
  }
  *wide = is_shared(services, url);
  const Service *service = services_find(services, url);
  return service ? service->class_name : ALL_OTHERS;
}

static char *
posts_words(char **posts)
{
  return posts[0] ? g_strjoinv(", ", posts) : g_strdup("nobody");
}

static char *
fault_of_approval(const Approval *approval, const Exception *exception, const char *class,
                  gboolean wide)
{
  gint64 days = (exception->end - exception->start + SECONDS_A_DAY - 1) / SECONDS_A_DAY;
  g_autofree char *posts = posts_words(approval->posts);
  g_autofree char *seconds = posts_words(approval->seconds);
  gboolean pending = exception->break_glass && !exception->approver;
  if (!pending && !has_post(approval->posts, exception->post))
    return g_strdup_printf("the post \"%s\" may not approve %s; these may: %s", exception->post,
                           class, posts);
  if (days > approval->days)
    return g_strdup_printf("it is for %" G_GINT64_FORMAT " days; %s is approved for %u at most",
                           days, class, approval->days);
  if (wide && !has_post(approval->seconds, exception->second_post))
    return g_strdup_printf(
        "it is for a group, a whole class or a shared host, which needs a second "
        "approver (--second, --second-post) in one of these posts: %s",
        seconds);
  return NULL;
}

char *
approvals_fault(const Approvals *approvals, const Services *services, const Exception *exception)
{
  char *fault = NULL;
  gboolean wide = FALSE;
  const char *class = class_of(services, exception, &wide, &fault);
  wide |= exception->group != NULL; /* nobody knows who will be in it */
  if (!class)
    return fault;
  const Approval *approval = g_hash_table_lookup(approvals->by_class, class);
  if (!approval)
    approval = g_hash_table_lookup(approvals->by_class, ALL_OTHERS);
  if (!approval)
    return g_strdup_printf("nobody may approve %s; name posts in exceptions.conf: "
                           "approval \"%s\" { posts = { … } }",
                           class, class);
  return fault_of_approval(approval, exception, class, wide);
}
