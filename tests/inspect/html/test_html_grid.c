/* Codes drawn by the cells of a page: found in every way that cells can be written, with a place
 * that holds them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/inspect/html/html_grid.h"
#include "../picture/modules.h"
#include "html_page.h"
#include "link.h"

static const struct {
  const char *label;
  const char *before, *row, *dark, *light, *row_end, *after;
  gboolean runs; /* a cell for each run of modules; the format of a cell takes its length */
  gboolean found;
} pages[] = {
    {"bgcolor", "<table>", "<tr>", "<td bgcolor=#000000>", "<td bgcolor=#ffffff>", "", "</table>",
     FALSE, TRUE},
    {"styles", "<table>", "<tr>", "<td style='width:4px;Background-Color:#112233'>",
     "<td style=width:4px>", "</tr>", "</table>", FALSE, TRUE},
    {"the end of background", "<table>", "<tr>",
     "<td style='background: url(x) rgb(0, 10, 20) no-repeat'>", "<td style=\"background:none\">",
     "</tr>", "</table>", FALSE, TRUE},
    {"classes",
     "<style>td{padding:0}\n.a, td.x{background:black}.b{background:#fff;}</style><table>", "<tr>",
     "<td class='big a'>", "<td class=b>", "</tr>", "</table>", FALSE, TRUE},
    {"in negative, the table's colour", "<table bgcolor=navy>", "<tr>", "<td bgcolor=yellow>",
     "<td>", "</tr>", "</table>", FALSE, TRUE},
    {"in a cell of another table", "<table><tr><td>words<td width=200><table>", "<tr>",
     "<td bgcolor=black>", "<td bgcolor=white>", "</tr>", "</table></td></tr></table>", FALSE,
     TRUE},
    {"spans of columns", "<table>", "<tr>", "<td colspan=%u bgcolor=black>", "<td colspan=%u>",
     "</tr>", "</table>", TRUE, TRUE},
    {"a table for each row", "", "<table><tr height=3>",
     "<td style='width:%u00px;max-width:9px;background:#300'>", "<td width=%u00>", "</tr></table>",
     "", TRUE, FALSE}, /* too wide for modules */
    {"a table for each row", "", "<table><tr height=9>", "<td style='width:%u0px;background:#300'>",
     "<td width=%u0>", "</tr></table>", "", TRUE, TRUE},
    {"boxes", "<div>", "<div class=row>",
     "<div style='float:left;width:3px;height:3px;background:#000'></div>",
     "<div style='float:left;width:3px;height:3px'></div>", "</div>", "</div>", FALSE, TRUE},
    {"spans and line breaks", "<pre>", "",
     "<span style='display:inline-block;width:%u2px;height:12px;background:#000'> </span>",
     "<span style='display:inline-block;width:%u2px;height:12px;background:#fff'> </span>", "<br>",
     "</pre>", TRUE, FALSE}, /* 12, 22, 32 pixels are no multiples */
    {"no colours", "<table>", "<tr>", "<td class=a>", "<td class=b>", "</tr>", "</table>", FALSE,
     FALSE},
    {"one colour", "<table>", "<tr>", "<td bgcolor=black>", "<td bgcolor=#000>", "</tr>",
     "</table>", FALSE, FALSE},
};

static void
add_cell(GString *html, const char *cell, gboolean runs, size_t count)
{
  const char *number = strstr(cell, "%u");

  if (!runs || !number) {
    g_string_append(html, cell);
    return;
  }
  g_string_append_len(html, cell, number - cell);
  g_string_append_printf(html, "%u", (unsigned)count);
  g_string_append(html, number + 2);
}

static GString *
page_of(size_t n)
{
  GString *html = g_string_new("<p>Please scan this.</p>\n");

  g_string_append(html, pages[n].before);
  for (size_t y = 0; y < G_N_ELEMENTS(code) + 4; y++) {
    const char *modules = y < 2 || y >= G_N_ELEMENTS(code) + 2 ? "" : code[y - 2];
    g_autofree char *row = g_strdup_printf("..%-*s..", (int)strlen(code[0]), modules);

    g_strdelimit(row, " ", '.');
    g_string_append(html, pages[n].row);
    for (size_t x = 0, len; row[x]; x += len) {
      char module[2] = {row[x], '\0'};

      len = pages[n].runs && *modules ? strspn(row + x, module) : 1;
      add_cell(html, *module == '#' ? pages[n].dark : pages[n].light, pages[n].runs, len);
    }
    g_string_append(html, pages[n].row_end);
  }
  g_string_append(html, pages[n].after);
  return html;
}

static void
test_pages(void **state)
{
  int bad = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
    g_autoptr(GString) html = page_of(i);
    g_autoptr(HtmlGrid) grid = html_grid_new();
    g_autoptr(GArray) links = links_new();
    HtmlPage page = {.grid = grid};
    guint64 pixels = 0;
    const Link *link;
    gboolean good;

    html_page_read((const unsigned char *)html->str, html->len, &page);
    good = html_grid_links(grid, &pixels, links) && (links->len == 1) == pages[i].found;
    link = links->len > 0 ? &g_array_index(links, Link, 0) : NULL;
    if (link)
      good = good && link->use == LINK_QR &&
             strcmp(link->target, MINUTES) == 0 &&
             html->str[link->span.off] == '<' && html->str[range_end(link->span) - 1] == '>' &&
             link->mark >= range_end(link->span);
    if (!good) {
      printf("%s: %u links, %s\n", pages[i].label, links->len, link ? link->target : "");
      bad++;
    }
  }
  assert_int_equal(bad, 0);
}

/* --- drawings --- */

static const struct {
  const char *label, *before;
  const char *dark; /* its %u are the column, the row, and these again */
  const char *after;
  gboolean found;
} drawings[] = {
    {"squares", "<svg><rect width='100%' height=\"100%\" fill=white />",
     "<rect x=%u y='%u' width=1 height='1' />", "</svg>", TRUE},
    {"one path", "<svg><path style='stroke:none;fill:#123' d='", "M%u,%uh1v1h-1z", "'/></svg>",
     TRUE},
    {"lines", "<svg><g stroke-width=1><path stroke=#000 d=\"", "M%u %u.5l1,0", "\"/></g></svg>",
     TRUE},
    {"used again", "<svg><defs><rect id=p width=1 height=1 /></defs>",
     "<use xlink:href='#p' x='%u' y='%u' transform='matrix(5 0 0 5 0 0)' />", "</svg>", TRUE},
    {"polygons, moved", "<svg><g fill=navy transform='translate(9,9) scale(4)'>",
     "<polygon points='%u,%u %u.999,%u %u.999,%u.999 %u,%u.999'/>", "</g></svg>", TRUE},
    {"arcs", "<svg fill='rgb(0,0,0)'><path d='", "M%u %ua.5.5 0 1 1 0 1 .5.5 0 1 1 0-1z",
     "'/></svg>", FALSE}, /* no marks of dots alone are found */
    {"white", "<svg fill=white>", "<rect x=%u y=%u width=1 height=1 />", "</svg>", FALSE},
    {"only named", "<svg><defs>", "<rect x=%u y=%u width=1 height=1 />", "</defs></svg>", FALSE},
};

/* Each "%u" of a format in turn. */
static void
add_shape(GString *html, const char *format, size_t x, size_t y)
{
  gboolean across = TRUE;

  for (const char *next; (next = strstr(format, "%u")) != NULL; format = next + 2) {
    g_string_append_len(html, format, next - format);
    g_string_append_printf(html, "%u", (unsigned)(across ? x : y));
    across = !across;
  }
  g_string_append(html, format);
}

static void
test_drawings(void **state)
{
  int bad = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(drawings); i++) {
    g_autoptr(GString) html = g_string_new(drawings[i].before);
    g_autoptr(HtmlGrid) grid = html_grid_new();
    g_autoptr(GArray) links = links_new();
    HtmlPage page = {.grid = grid};
    guint64 pixels = 0;

    for (size_t y = 0; y < G_N_ELEMENTS(code); y++)
      for (size_t x = 0; code[y][x]; x++)
        if (code[y][x] == '#')
          add_shape(html, drawings[i].dark, x, y);
    g_string_append(html, drawings[i].after);
    html_page_read((const unsigned char *)html->str, html->len, &page);
    if (html_grid_links(grid, &pixels, links) && (links->len == 1) == drawings[i].found)
      continue;
    printf("%s: %u links\n", drawings[i].label, links->len);
    bad++;
  }
  assert_int_equal(bad, 0);
}

/* Cells without end are no code, and cost no more than they are. */
static void
test_bound(void **state)
{
  g_autoptr(GString) html = g_string_new("<table>");
  g_autoptr(HtmlGrid) grid = html_grid_new();
  g_autoptr(GArray) links = links_new();
  HtmlPage page = {.grid = grid};
  guint64 pixels = 0;

  for (int i = 0; i < 100000; i++)
    g_string_append(html, i % 300 ? "<td bgcolor=black>" : "<tr><td rowspan=9 colspan=200>");
  html_page_read((const unsigned char *)html->str, html->len, &page);
  assert_false(html_grid_links(grid, &pixels, links));
  assert_int_equal(links->len, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pages),
      cmocka_unit_test(test_drawings),
      cmocka_unit_test(test_bound),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
