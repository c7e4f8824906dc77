/* catalogue.c - the services and their classes, for people: what there is, and what the rules do
 * about each class. */
#include "policy.h"

#include <string.h>

#include "ruleset_data.h"

typedef struct walk {
  const char *class_name;
  unsigned count;
  void (*each)(const ServiceView *view, void *data);
  void *data;
} Walk;

static ServiceView
view_of(const Service *service)
{
  return (ServiceView){.id = service->id,
                       .class_name = service->class_name,
                       .titles = (const char *const *)service->titles,
                       .file = service->file,
                       .line = service->line};
}

static void
count_class(const Service *service, void *data)
{
  Walk *walk = data;
  walk->count += strcmp(service->class_name, walk->class_name) == 0;
}

static void
fill_in(ClassView *view, const Rule *rule, gint64 now)
{
  gboolean ended = rule->mode_until && rule->mode_until <= now;
  view->rule = rule->label;
  view->action = rule->action;
  view->mode = ended ? rule->mode_then : rule->mode;
  view->until = ended ? 0 : rule->mode_until;
  view->then = rule->mode_then;
  view->scoped = rule_is_scoped(rule);
}

void
ruleset_each_class(const Ruleset *ruleset, gint64 now,
                   void (*each)(const ClassView *view, void *data), void *data)
{
  for (const char *const *name = services_classes(ruleset->services); *name; name++) {
    Walk walk = {.class_name = *name};
    ClassView view = {.name = *name};
    services_each(ruleset->services, count_class, &walk);
    view.services = walk.count;
    for (guint i = 0; i < ruleset->rules->len && (!view.rule || view.scoped); i++) {
      const Rule *rule = g_ptr_array_index(ruleset->rules, i);
      if (rule_is_for_class(rule, *name) && (!view.rule || !rule_is_scoped(rule)))
        fill_in(&view, rule, now);
    }
    each(&view, data);
  }
}

static void
show_service(const Service *service, void *data)
{
  const Walk *walk = data;
  ServiceView view = view_of(service);
  walk->each(&view, walk->data);
}

void
ruleset_each_service(const Ruleset *ruleset, void (*each)(const ServiceView *view, void *data),
                     void *data)
{
  Walk walk = {.each = each, .data = data};
  services_each(ruleset->services, show_service, &walk);
}

const char *const *
ruleset_service_names(const Ruleset *ruleset, const char *id)
{
  const Service *service = id ? services_named(ruleset->services, id) : NULL;
  return service && service->names[LANG_EN] ? (const char *const *)service->names : NULL;
}

gboolean
ruleset_service_of(const Ruleset *ruleset, const Url *url, ServiceView *view)
{
  const Service *service = services_find(ruleset->services, url);
  if (service)
    *view = view_of(service);
  return service != NULL;
}
