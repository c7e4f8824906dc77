/* The page of cordon explain --html. All of a mail's text is escaped; its HTML is shown in frames
 * with an empty sandbox (no script, no forms, no navigation) under a policy that loads nothing, so
 * a hostile mail can be looked at (THREATS G-054). */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "error.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-src 'self'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>cordon "
    "explain</title>\n<style>\n"
    "body{font:15px/1.5 system-ui,sans-serif;margin:24px auto;max-width:1400px;padding:0 16px;"
    "color:#1c2126;background:#fff}\n"
    "h1{font-size:20px}h2{font-size:16px;margin:24px 0 8px}\n"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #c9ced4;padding:4px 8px;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f2f4f6}\n"
    ".pair{display:grid;grid-template-columns:1fr 1fr;gap:16px}\n"
    "@media(max-width:800px){.pair{grid-template-columns:1fr}}\n"
    "iframe,pre{width:100%;height:520px;border:1px solid #c9ced4;box-sizing:border-box;"
    "background:#fff;margin:0}\n"
    "pre{overflow:auto;white-space:pre-wrap;padding:8px;overflow-wrap:anywhere}\n"
    ".danger{color:#7a0012;font-weight:600}.policy{color:#6b4a00;font-weight:600}\n"
    "</style></head><body>\n";

static const char frame_policy[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\">";

static void
add_escaped(GString *page, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text(text, -1);

  g_string_append(page, escaped);
}

static void
add_element(GString *page, const char *open, const char *text, const char *close)
{
  g_string_append(page, open);
  add_escaped(page, text);
  g_string_append(page, close);
}

static const char *
member(JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default(object, name, "");
}

/* The first of the members that is there. */
static const char *
first_of(JsonObject *object, const char *const *names)
{
  for (; *names != NULL; names++)
    if (*member(object, *names) != '\0')
      return member(object, *names);
  return "";
}

static void
add_finding(GString *page, JsonObject *finding)
{
  static const char *const what[] = {"path", "url", "host", "anomaly", NULL};
  static const char *const which[] = {"service", "class", "malware", "type", "detail", NULL};
  const char *tier = member(finding, "tier");

  add_element(page, "<tr><td>", member(finding, "kind"), "</td>");
  add_element(page, "<td>", member(finding, "part"), "</td>");
  add_element(page, "<td>", first_of(finding, what), "</td>");
  add_element(page, "<td>", first_of(finding, which), "</td>");
  add_element(page, "<td class=\"", tier, "\">");
  add_element(page, "", member(finding, "action"), "</td>");
  add_element(page, "<td>", member(finding, "rule"), "</td></tr>\n");
}

static void
add_findings(GString *page, JsonObject *report)
{
  JsonArray *findings;

  if (!json_object_has_member(report, "findings"))
    return;
  findings = json_object_get_array_member(report, "findings");
  g_string_append(page, "<h2>Findings</h2>\n<table><tr><th>kind</th><th>part</th><th>what</th>"
                        "<th>which</th><th>action</th><th>rule</th></tr>\n");
  for (guint i = 0; i < json_array_get_length(findings); i++)
    add_finding(page, json_array_get_object_element(findings, i));
  g_string_append(page, "</table>\n");
}

static void
add_view(GString *page, JsonObject *view)
{
  const char *text = member(view, "text");

  if (!json_object_get_boolean_member_with_default(view, "html", FALSE)) {
    add_element(page, "<pre>", text, "</pre>\n");
    return;
  }
  g_string_append(page, "<iframe sandbox=\"\" referrerpolicy=\"no-referrer\" srcdoc=\"");
  add_escaped(page, frame_policy);
  add_escaped(page, text);
  g_string_append(page, "\"></iframe>\n");
}

static JsonObject *
view_of(JsonArray *views, const char *part)
{
  for (guint i = 0; i < json_array_get_length(views); i++) {
    JsonObject *view = json_array_get_object_element(views, i);
    if (strcmp(member(view, "part"), part) == 0)
      return view;
  }
  return NULL;
}

static void
add_pair(GString *page, const char *part, JsonObject *before, JsonObject *after)
{
  add_element(page, "<h2>Part ", *part != '\0' ? part : "1",
              "</h2>\n<div class=\"pair\"><div>Before\n");
  if (before != NULL)
    add_view(page, before);
  else
    g_string_append(page, "<pre>(not a text)</pre>\n");
  g_string_append(page, "</div><div>After\n");
  if (after != NULL)
    add_view(page, after);
  else
    g_string_append(page, "<pre>(not delivered)</pre>\n");
  g_string_append(page, "</div></div>\n");
}

/* Parts of either side by their number; a placeholder is a text where there was a file. */
static void
add_views(GString *page, JsonObject *views)
{
  JsonArray *before = json_object_get_array_member(views, "before");
  JsonArray *after = json_object_get_array_member(views, "after");

  for (guint i = 0; i < json_array_get_length(before); i++) {
    JsonObject *view = json_array_get_object_element(before, i);
    add_pair(page, member(view, "part"), view, view_of(after, member(view, "part")));
  }
  for (guint i = 0; i < json_array_get_length(after); i++) {
    JsonObject *view = json_array_get_object_element(after, i);
    if (view_of(before, member(view, "part")) == NULL)
      add_pair(page, member(view, "part"), NULL, view);
  }
}

static JsonObject *
parse(JsonParser *parser, const char *text, GError **error)
{
  JsonNode *root;

  if (!json_parser_load_from_data(parser, text, -1, error))
    return NULL;
  root = json_parser_get_root(parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
    return json_node_get_object(root);
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, "no JSON object");
  return NULL;
}

int
ctl_page_write(const char *path, const CtlMessage *message, const CtlResult *result, GError **error)
{
  g_autoptr(JsonParser) of_report = json_parser_new(), of_views = json_parser_new();
  g_autoptr(GString) page = g_string_new(head);
  JsonObject *report = parse(of_report, result->report, error), *views = NULL;

  if (report != NULL)
    views = parse(of_views, *result->views != '\0' ? result->views : "{}", error);
  if (views == NULL)
    return -1;
  add_element(page, "<h1>", message->name, ": ");
  add_element(page, "", result->outcome, "</h1>\n");
  add_element(page, "<p>Reference ", result->ref, ". ");
  add_element(page, "", result->reason, "</p>\n");
  add_findings(page, report);
  if (json_object_has_member(views, "before") && json_object_has_member(views, "after"))
    add_views(page, views);
  g_string_append(page, "</body></html>\n");
  return g_file_set_contents(path, page->str, (gssize)page->len, error) ? 0 : -1;
}
