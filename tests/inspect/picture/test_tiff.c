/* The pages of TIFF files: what is in them, and what a hostile directory says is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "codes.h"
#include "modules.h"
#include "tiff_pages.h"

static const CodeFile files[] = {
    {"fax group 4",
     "SUkqAPQAAAAmoLP8vQvi3Jaf/y4SRePcuE///n7L47+fv////wi/DL///////hHn////+OHJPj///GEX53zvH//+"
     "IYUMIIf/Lsl0OFkW///DPZfDO4hQicv/+EXwwgggj8ewjPD///wy7DPYRvhib4f///CCPZ7PwZfCH///4UIOd8iu"
     "EF///4hBHeEGEdzvPYf///53hncQggwpfDO////8RDO+EIZ3H//xIPYZdlyj/+Xphc75J///5cJhBFxY4X///P2O"
     "EMIL///y3DOgQu///+IZsOb///45+CCLs9///8cvjhBF2Xf//8REREf4AIAIAAkAAAEDAAEAAAA6AAAAAQEDAAEA"
     "AAA6AAAAAgEDAAEAAAABAAAAAwEDAAEAAAAEAAAABgEDAAEAAAABAAAAEQEEAAEAAAAIAAAAFgEDAAEAAAA6AAAA"
     "FwEEAAEAAADrAAAAHAEDAAEAAAABAAAAAAAAAA=="},
    {"bits in the other order",
     "SUkqAPQAAABkBc0/vdBHO2n5/3RIosc7HfL/f37Tx/35/f///xD9MP3/////f4jn////H4eTfPz/P4bo5z73+P9/"
     "hKEwBOH/dJMuHJpo///DvOnD3BEKkdP/H6IPQxAE8eMNMQ///z9MN8wbYh9G9uH//w9BvHnzg+lD+P//h0Jw7hN1"
     "CPr//xGCuIdgiDv3vOH//3/uYe4IQTCUPsz9//8/Isx9CGHu+P+PBG+YbjrF/6eXoXOf5P//p0OGIDoah/7/P79x"
     "CEPQ//9PO8wFQvf//0eYDWf//3+cHwTRzfv//+P0cQiim+7//yMiIuIfAAEQAAoAAAEDAAEAAAA6AAAAAQEDAAEA"
     "AAA6AAAAAwEDAAEAAAAEAAAABgEDAAEAAAABAAAACgEDAAEAAAACAAAAEQEEAAEAAAAIAAAAEgEDAAEAAAABAAAA"
     "FgEDAAEAAAA6AAAAFwEEAAEAAADrAAAAHAEDAAEAAAABAAAAAAAAAA=="},
    {"fax group 3, two ways, big-endian",
     "TU0AKgAAAX4AAZqCyAABYAGagsgAAWABmr0fNy0YAAF/4AGatwji93uEdgABf/4AAZq3+3fb97/bsAF///gAAZq3"
     "+337b77/bsABf//+AAGat/t99+bf7dgAAX//+AABmrcI7snJwjsAAX/+AAGavTfffff0YAF//4ABmoN3d7g3AAF/"
     "gAGauy7vduLYQAF//gABmpdv3uVkcgABf/4AAZq3+73+759sAAF//+ABmpO7773c927AAX//4AGat++/if4I7AAB"
     "f/+AAZq33ble+4rk5AABf//gAZq3J925Pvv92wABf//4AAGat9+9xXJ2/e7AAX//+AABmrf033ZG4oABf/4AAZqG"
     "iyduThwAAX/gAZq9O3bffcnYAAF//4ABmrcI+7cVyd2wAX//gAGat/txXIjsgAF//gABmrf7du9AjsABf/4AAZq3"
     "+3D2HvdgAX/+AAGatwj/du+ydgABf/+AAZq9N+bfdu3YAAF//4ABmoLIAAFgAZqCyAABYAAKAQAAAwAAAAEAOgAA"
     "AQEAAwAAAAEAOgAAAQMAAwAAAAEAAwAAAQYAAwAAAAEAAQAAAREABAAAAAEAAAAIARIAAwAAAAEAAQAAARYAAwAA"
     "AAEAOgAAARcABAAAAAEAAAF2ARwAAwAAAAEAAQAAASQABAAAAAEAAAAFAAAAAA=="},
    {"fax rows",
     "SUkqALYBAAA1BZA1BZA1BZA1BZA1ej5uWjA1ej5uWjA1bhHF7vcI7DVuEcXu9wjsNW/277fvf7dgNW/277fvf7dg"
     "NW/2+/bfff7dgDVv9vv2333+3YA1b/b7782/27A1b/b7782/27A1bhHdk5OEdjVuEd2Tk4R2NXpvvvvv6MA1em++"
     "++/owDUG7u9wbjUG7u9wbjV2Xd7txbCANXZd3u3FsIA1Lt+9ysjkNS7fvcrI5DVv93v93z7YNW/3e/3fPtg1J3ff"
     "e7nu3YA1J3ffe7nu3YA1b99/E/wR2DVv338T/BHYNW+7cr33FcnINW+7cr33FcnINW5Pu3J99/u2NW5Pu3J99/u2"
     "NW+/e4rk7fvdgDVvv3uK5O373YA1b+m+7I3FNW/pvuyNxTUNFk7cnDg1DRZO3Jw4NXp27b77k7A1enbtvvuTsDVu"
     "EfduK5O7YDVuEfduK5O7YDVv9uK5EdkANW/24rkR2QA1b/bt3oEdgDVv9u3egR2ANW/24ew97sA1b/bh7D3uwDVu"
     "Ef7t32TsNW4R/u3fZOw1em/Nvu3bsDV6b82+7duwNQWQNQWQNQWQNQWQCQAAAQMAAQAAADoAAAABAQMAAQAAADoA"
     "AAACAQMAAQAAAAEAAAADAQMAAQAAAAIAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAADoAAAAXAQQA"
     "AQAAAK4BAAAcAQMAAQAAAAEAAAAAAAAA"},
    {"inks",
     "SUkqACoDAACAACBQOCQWDQeEQmFQuGQ2HQ+IRGJROKRWLReMRmNRuOR2PR+QSGRSOSSWTSeUSmVSsAP+By6BTCWy"
     "+aTGazObTmcTuZRCZT+b0CJUKM0SjUGkTqjzqQUueUmn0qoT2H06nT6bxirVOuVKvSGiSiwx+t1+EWWE2OTWqO2y"
     "SW6N2i4V+51GU3WtVmD3K9Qa8Xuu3az32C2jB0zAXSoYed03CQS+Yi/Y+F5HG4nL5PFQq65aqZrM23KZu7Z/C6PB"
     "Zir1XUZ3W4HXZLRbLIbDX7TF6rcw7Y6Ha7jSavQaaOb3LYzibvT8DS7bmcjK87fcri7fm2bdZzrcng9KsczPdHnx"
     "e/x7y8vr0XUd/pyLzxT33H19nUxb49rx+b5/bpeHSOg/D2vq9DuQG370v9BCRwTBjtvFATjQfAsGu6/6WQu3j9wI"
     "6kOQxD0PtnAUAQNDsQQ+wzyP7CUSvvEiNRRE0DuEisExHCKhw0+DAxihsavpG0HRfHcUwrBT8pLHzhxW7ElSFCz+"
     "SK46TxvIy0yHJsrSjJcXSrGENyZEMJxVAMZxlLcvTNME0y7IMuMdI81ypOU2vZCksxFH8pxy7z6Tm8E9y1J8vojF"
     "s6zPNs/PSvM/0Cu9AUJRFI0ZNknQhMdHTgicqUNSsyxZR9OPVTNOy3UNF0VPMsTfPEM1HUVWR7OjWVdEda1TQc0T"
     "4/VaVvNdTSJS1JzFRsgV5Vtg2RT01PlY1B1/LFNrJWVoWnMNmVhX0+2q6thUvO1bVVWdKXHYdsQXSVyUvcFnXFO1"
     "c2XHl4yrU8C3XHVm3leV30hV1C17fM429dVtX7K9Y27Mlr3rYF3YHamC0Ehlo3DKFzRxfFNW3UtpYxeE72VV+F13"
     "ZOM47j+FZLVGR3LKWKWtUlG5bXFQYZQ+IxLemUZjXWZ5NZ+e5Vdlj5FoGG5u92aaHm2g2zpWL3TnefXbc+EXnf6V"
     "X2sWDabl+TyLeyV6zPWjzdmusXRkGxYfkmPZ/bmLZDpe063uW65gsGBajtmvahfm97djeV7zvuwb1FuJ4PuF/YBx"
     "nG8dx/IcjyXJ8pyvLcvzEPoCCgAAAQMAAQAAADoAAAABAQMAAQAAADoAAAACAQMABAAAAKgDAAADAQMAAQAAAAUA"
     "AAAGAQMAAQAAAAUAAAARAQQAAQAAAAgAAAAVAQMAAQAAAAQAAAAWAQMAAQAAADoAAAAXAQQAAQAAACIDAAAcAQMA"
     "AQAAAAEAAAAAAAAACAAIAAgACAA="},
    {"JPEG",
     "SUkqAAgFAAD/2P/AAAsIADoAOgEBEQD/2gAIAQEAAD8A6DVdUnsbm0t7az+1y3O/avmhMbQD1I9D+lQf2lrX/QA/"
     "8nE/wqez1Se+0RL+2s/MlfO2DzQM4bb94j0GapReKoIbme31eH7BLFtwu4y7sjPVRxxj86u2etQTXKWVyPs+oHO6"
     "3yX28Z+8Bg/LzVKz13VL62S4ttD8yJ87W+1qM4OOhHqKmg1i9/tK1s73S/sv2nfsf7Qr/dXJ4A+n51tVi6n/AMjJ"
     "of8A23/9AFc/4c8PapY63bXFza+XEm7c3mKcZUjoD6mp7H/kW9L+1/8AIJ/e/bP++zs6fN97HT8ag0PTp10QvHY/"
     "2lFf/wCsi84Q+XsY45zzk89sYq74ctJ9TubbWblPLlTdumyD9pyCn3R9zaBjpzWY+k3uqeG9H+xQ+b5fnb/nVcZf"
     "jqR6GtPT7SexufDdvcp5cqfaty5BxkE9R7Gutrn/ABasC20Vxc6Z9tihzubzzH5eSo6Drk/lisyeHwx/Zt1eWVp9"
     "q+zbN6eZKn3mwOT+P5Ufaf8AmHWlh9h1az/484/O8z7/AMz8n5fu56nvxU1taT6jbaJcaQn2CKLz8tkS+Vk46N97"
     "JB+man8PfYrzUrj7J89pYbfsf3hs3qd/Xk5IPXPtWXri+HtJuRbx6Z9olH+sXz5E2cAjnnOQa2tDtPD01ybjSEzL"
     "B1bMny7gR0brxmugrF1r59S02CH91dyeb5Nz97ycKC3y9GyOOenWuZ8nZpv9u6Zaf2Z9n/1Z8zzvO3NsP3vu457c"
     "5qa806fSbZ7prHGnz4+1WPnD5Npwn7zJJyx3cfQ0Welwa1bJcajeZ1DUs+Q3lH5PLOG4BAOVA64qe6hvdU+w67ol"
     "p5V3J5nmnzFbGPkH3sDoD0FQaV4Vguba7t7mby9QTZuXaT9nySeoOG3L+VbUtpBN4tguLNMywbvtrZPy7o8R8Hrx"
     "np+NdBWZf2k82t6VcRpmKDzvMbI+XcoA4781z91D4nuPsMv2Tbd2vmfvvMiO7d/s9BgcUfaf7P8A+Jdrdh9l0m5/"
     "1Ufnb/K2/MeV+Y5YjqeM1p6rLPNbWj6pb/Z9PO/7dFvD7eR5fK8n5sH5fxqlrizjWxbx6Z50V9/rF88L9q2KCOf4"
     "Np+mapXmnT6jrbpqNj9kl1DHkS+cJPK8tfm4B+bIAHOMZra0zRZ2ubLVL8+XqCb/ALQMA+ZkFV6HAwuOg5roK5/X"
     "7SC+1vRre5TzIn8/cuSM4UHqPcVz+kPouqalDZ/2L5Xmbvn+1u2MKT049Ku2NhZXHhvS7zU5dtpa+b5ibWO7c5A5"
     "U5GDirur/Yv7Sm/4SP8A49Pl+w/e/ujzPuc9dv3vwrL1XxVA2t2lxbQ+dFZ79rbivmb1A6EcYP51d0ZZ7650m4tt"
     "M+yafbedtbzw+dwI6Hn7w/Wp4Pttx4ktZ9V/0Pbv+yW3yybvkw/zL0xwefXArpqxdahvf7S028srT7V9m83enmKn"
     "3lAHJ/H8qzLOwnsblLi28L+XKmdrf2gDjIx0PsansbDWrfTdLs7eX7Ht837S+1JNvzErwTzn29apajD4n1DTY7Oa"
     "09fOfzIv3vzArx2xjt1rZurC9t/sNnokv2O0XzPNfasm3uOGOTk56etQ3lpql9bPNcp5kT43aXlRnBx/rR7jd+lT"
     "PpP2fUtH+xQ7bS187f8APnbuXjqcnJzW1RRRRRRRRX//2QsAAAEDAAEAAAA6AAAAAQEDAAEAAAA6AAAAAgEDAAEA"
     "AAAIAAAAAwEDAAEAAAAHAAAABgEDAAEAAAABAAAAEQEEAAEAAAAIAAAAEgEDAAEAAAABAAAAFgEDAAEAAABAAAAA"
     "FwEEAAEAAAAABQAAHAEDAAEAAAABAAAAWwEHACEBAACSBQAAAAAAAP/Y/9sAQwAUDg8SDw0UEhASFxUUGB4yIR4c"
     "HB49LC4kMklATEtHQEZFUFpzYlBVbVZFRmSIZW13e4GCgU5gjZeMfZZzfoF8/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
     "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
     "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
     "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9k="},
    {"planes",
     "SUkqAA4DAAB4nOWT2Q6FMAhE7///tPfBGGYBF2h8kcTY1jnYwnTbvhM/iljZR5VmSuL/Od/+rjUTMnRMIcmatWTo"
     "cf4GGZ3ITzQneRzd1vdVP++T7Kz8yd3XJT1wz2e6Pon1ONToRNfNycrhWValuyQ7y/3NTuR+dkntgtcIT1O79Qnp"
     "eqwLz9eSuIZ1Ur13pUtWGfSeeT/7pPtO91cpJiQG71zXtbYdUoN9kPdjSvpO8QZwbzjDhNRq5d8535z0qqP7/STr"
     "SfeA360/+Y5f9Xic+////38GBhAGAQgbQSKD/3CAYGPqRMhg41NLJ3ZTEK5GNoU6OlFDAqEbEV6oIUe5zpEAANTY"
     "yEZ4nOWT2Q6FMAhE7///tPfBGGYBF2h8kcTY1jnYwnTbvhM/iljZR5VmSuL/Od/+rjUTMnRMIcmatWTocf4GGZ3I"
     "TzQneRzd1vdVP++T7Kz8yd3XJT1wz2e6Pon1ONToRNfNycrhWValuyQ7y/3NTuR+dkntgtcIT1O79QnpeqwLz9eS"
     "uIZ1Ur13pUtWGfSeeT/7pPtO91cpJiQG71zXtbYdUoN9kPdjSvpO8QZwbzjDhNRq5d8535z0qqP7/STrSfeA360/"
     "+Y5f9Xic+////38GBhAGAQgbQSKD/3CAYGPqRMhg41NLJ3ZTEK5GNoU6OlFDAqEbEV6oIUe5zpEAANTYyEZ4nOWT"
     "2Q6FMAhE7///tPfBGGYBF2h8kcTY1jnYwnTbvhM/iljZR5VmSuL/Od/+rjUTMnRMIcmatWTocf4GGZ3ITzQneRzd"
     "1vdVP++T7Kz8yd3XJT1wz2e6Pon1ONToRNfNycrhWValuyQ7y/3NTuR+dkntgtcIT1O79QnpeqwLz9eSuIZ1Ur13"
     "pUtWGfSeeT/7pPtO91cpJiQG71zXtbYdUoN9kPdjSvpO8QZwbzjDhNRq5d8535z0qqP7/STrSfeA360/+Y5f9Xic"
     "+////38GBhAGAQgbQSKD/3CAYGPqRMhg41NLJ3ZTEK5GNoU6OlFDAqEbEV6oIUe5zpEAANTYyEYLAAABAwABAAAA"
     "OgAAAAEBAwABAAAAOgAAAAIBAwADAAAAmAMAAAMBAwABAAAACAAAAAYBAwABAAAAAgAAABEBBAAGAAAAqgMAABIB"
     "AwABAAAAAQAAABUBAwABAAAAAwAAABYBAwABAAAALwAAABcBAwAGAAAAngMAABwBAwABAAAAAgAAAAAAAAAIAAgA"
     "CADIADoAyAA6AMgAOgAIAAAA0AAAAAoBAADSAQAADAIAANQCAAA="},
    {"tiles",
     "SUkqAAQCAAB4nO3QwQ3AMAhD0e6/dDoAsvWFhMMhPlVpeATOedmSD8dX3fXJjPyFt3x1k+9nv6/u++1t9n2vpE9m"
     "9BqpnfBJai/1nfR7qVp9Scb3ff2WyH6mfeL0zIyvBC6rqoyvJuVdVN+M3xPquUreV3/rua+d83/rMQ1WeJzt0ckN"
     "ADEIQ1H6bzpTALL1IyBchiNxHlnO+WuzIiIiVJ+U16b9rPkkOa3Stny/S01843uz4hOzy+c39b7KT/sqc2xVMhO+"
     "fxPyqsTs9flNeeXpu75/DZX3nS6f/BT/2duz1X01xZtqCs/3+tzMedV546tO3pvrNjPt81W+a9r/AHXjbPZ4nO2S"
     "QQ7AIAgE+f+n6bFNCJupBvDgngzCsCLur8zMzDzoG485pKqfH8+6y47POj6R9tbJ/6vYJXPbw1+bieb088lM9ARI"
     "bTVfz2TN4Zn8LKIzz+FnmuWTKu1hik9EevXzr2bFf5NE+P7s8PWOkffynGo+v+VV1fwH1/qE3nic7dJBDsAgEAJA"
     "/v9pejUxEKyue5FTgzpaW5IkAQCgeB4z9xTx5lk/adQuiVztI4g3e/1//eouN/3kTnzf6/t+Vaj2EcTLXX5iquyc"
     "9qzPIPN8v/aOnwj+HvKT3/H92yVNl//SG4iMo/N81SRff99XTfJ3rc6p9vPRfFW1/wGk78yWDAAAAQMAAQAAADoA"
     "AAABAQMAAQAAADoAAAACAQMAAwAAAJoCAAADAQMAAQAAAAgAAAAGAQMAAQAAAAIAAAASAQMAAQAAAAEAAAAVAQMA"
     "AQAAAAMAAAAcAQMAAQAAAAEAAABCAQMAAQAAACAAAABDAQMAAQAAACAAAABEAQQABAAAAKgCAABFAQMABAAAAKAC"
     "AAAAAAAACAAIAAgAdgCGAH0AgwAIAAAAfgAAAAQBAACBAQAA"},
    {"the second page",
     "SUkqAB4AAAAmoLP//////////////////4AIAIAACQAAAQMAAQAAADoAAAABAQMAAQAAADoAAAACAQMAAQAAAAEA"
     "AAADAQMAAQAAAAQAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAADoAAAAXAQQAAQAAABUAAAAcAQMA"
     "AQAAAAEAAACEAQAASUkqAPQAAAAmoLP8vQvi3Jaf/y4SRePcuE///n7L47+fv////wi/DL///////hHn////+OHJ"
     "Pj///GEX53zvH//+IYUMIIf/Lsl0OFkW///DPZfDO4hQicv/+EXwwgggj8ewjPD///wy7DPYRvhib4f///CCPZ7P"
     "wZfCH///4UIOd8iuEF///4hBHeEGEdzvPYf///53hncQggwpfDO////8RDO+EIZ3H//xIPYZdlyj/+Xphc75J///"
     "5cJhBFxY4X///P2OEMIL///y3DOgQu///+IZsOb///45+CCLs9///8cvjhBF2Xf//8REREf4AIAIAAkAAAEDAAEA"
     "AAA6AAAAAQEDAAEAAAA6AAAAAgEDAAEAAAABAAAAAwEDAAEAAAAEAAAABgEDAAEAAAABAAAAEQEEAAEAAACYAAAA"
     "FgEDAAEAAAA6AAAAFwEEAAEAAADrAAAAHAEDAAEAAAABAAAAAAAAAAAAAAAAAAAAAAA="},
};
static void
test_read(void **state)
{
  assert_chat(files, G_N_ELEMENTS(files));
}
static void
test_cut(void **state)
{
  assert_cut_is_told(files, G_N_ELEMENTS(files), 0);
} /* --- directories --- */
typedef struct field {
  guint16 tag, type;
  guint32 count, value;
} Field; /* A page of 64 x 64 in black and white, as it is; fields of its own come first. */
static const Field plain[] = {{256, 4, 1, 64}, {257, 4, 1, 64}, {258, 3, 1, 1},
                              {259, 3, 1, 1},  {262, 3, 1, 1},  {273, 4, 1, 600},
                              {277, 3, 1, 1},  {278, 4, 1, 64}, {279, 4, 1, 512}};
static const struct {
  const char *label;
  Field fields[3];
  guint32 next;
  guint pages;
  gboolean whole;
} directories[] = {
    {"ordinary", {{0}}, 0, 1, TRUE},
    {"the next one is nowhere", {{0}}, 100000, 1, FALSE},
    {"the next one is itself", {{0}}, 8, LIMIT_PICTURE_PAGES, FALSE},
    {"wide", {{256, 4, 1, 70000}}, 0, 0, FALSE},
    {"large", {{256, 4, 1, 60000}, {257, 4, 1, 60000}}, 0, 0, FALSE},
    {"of no width", {{256, 7, 1, 0}}, 0, 1, TRUE},
    {"tiles of a pixel", {{322, 4, 1, 1}, {323, 4, 1, 1}}, 0, 0, FALSE},
    {"tiles that are large", {{322, 4, 1, 16}, {323, 4, 1, 0x7fffffff}}, 0, 0, FALSE},
    {"tiles without a height", {{322, 4, 1, 64}}, 0, 0, FALSE},
    {"values of more than there is", {{700, 1, 100000, 8}}, 0, 0, FALSE},
    {"a number of them that overflows", {{700, 12, 0xffffffff, 8}}, 0, 0, FALSE},
};
static void
put(GByteArray *out, guint32 n, unsigned size)
{
  guint32 le = GUINT32_TO_LE(n);
  g_byte_array_append(out, (const guint8 *)&le, size);
}
static void
put_field(GByteArray *out, const Field *field)
{
  put(out, field->tag, 2);
  put(out, field->type, 2);
  put(out, field->count, 4);
  put(out, field->value, 4);
}
static GByteArray *
file_new(const Field *own, guint count, guint32 next)
{
  GByteArray *out = g_byte_array_new();
  g_byte_array_append(out, (const guint8 *)"II*\0\10\0\0\0", 8);
  put(out, count + G_N_ELEMENTS(plain), 2);
  for (guint i = 0; i < count; i++)
    put_field(out, &own[i]);
  for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
    put_field(out, &plain[i]);
  put(out, next, 4);
  g_byte_array_set_size(out, 600 + 512);
  return out;
}
static void
test_directories(void **state)
{
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
    guint count = 0;
    g_autoptr(GByteArray) file = NULL;
    g_autoptr(GArray) pages = NULL;
    gboolean whole;
    while (count < 3 && directories[i].fields[count].tag != 0)
      count++;
    file = file_new(directories[i].fields, count, directories[i].next);
    pages = tiff_pages(file->data, file->len, &whole);
    if (pages->len != directories[i].pages || whole != directories[i].whole) {
      print_error("%s: %u pages, %s\n", directories[i].label, pages->len,
                  whole ? "whole" : "not whole");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
} /* Strips that are all the same bytes would be unpacked as often as they are named. */
static void
test_shared_strips(void **state)
{
  static const Field strips[] = {{273, 4, 64, 1200}, {278, 4, 1, 1}, {279, 4, 64, 1456}};
  g_autoptr(GByteArray) file = file_new(strips, G_N_ELEMENTS(strips), 0);
  g_autofree char *got = NULL;
  g_byte_array_set_size(file, 1200);
  for (int i = 0; i < 64; i++)
    put(file, 8, 4);
  for (int i = 0; i < 64; i++)
    put(file, 1000, 4);
  got = codes_of(file->data, file->len);
  assert_string_equal(got, "-");
}

/* --- what the numbers of a pixel mean --- */

#define MODULE  4
#define SIDE    ((25 + 2 * 4) * MODULE)

enum { WHITE_IS_0, BLACK_IS_0, RGB, TABLE, INKS = 5, LAB = 8 };
enum { TOGETHER = 1, APART };
enum { UNSAID = -1, OTHER, BLENDED, OPACITY };

/* What each number is where the code is dark and where it is light. */
static const struct {
  const char *label;
  guint photometric, numbers, planes;
  int last; /* what is said of the last one; of five in colours, of the last two */
  unsigned char dark[5], light[5];
  const char *want;
} colours[] = {
    {"colours", RGB, 3, TOGETHER, UNSAID, {0, 0, 90}, {250, 250, 250}, MINUTES},
    {"nothing but opacity", RGB, 4, TOGETHER, OPACITY, {0, 0, 0, 255}, {0, 0, 0, 0}, MINUTES},
    {"of blended colours", RGB, 4, TOGETHER, BLENDED, {0, 0, 0, 255}, {0, 0, 0, 0}, MINUTES},
    {"that nothing is said of", RGB, 4, TOGETHER, UNSAID, {0, 0, 0, 255}, {0, 0, 0, 0}, MINUTES},
    {"not the first", RGB, 5, TOGETHER, OPACITY, {0, 0, 0, 9, 255}, {0, 0, 0, 9, 0}, MINUTES},
    {"clear", RGB, 4, TOGETHER, OPACITY, {0, 0, 0, 0}, {255, 255, 255, 0}, MINUTES},
    {"grey opacity", BLACK_IS_0, 2, TOGETHER, OPACITY, {0, 255}, {0, 0}, MINUTES},
    {"the other way", WHITE_IS_0, 2, TOGETHER, OPACITY, {255, 255}, {255, 0}, MINUTES},
    {"inks", INKS, 5, TOGETHER, OPACITY, {0, 0, 0, 255, 255}, {0, 0, 0, 255, 0}, MINUTES},
    {"a plane of opacity", RGB, 4, APART, OPACITY, {0, 0, 0, 255}, {0, 0, 0, 0}, MINUTES},
    {"one of a grey", WHITE_IS_0, 2, APART, OPACITY, {255, 255}, {255, 0}, MINUTES},
    {"a table", TABLE, 1, TOGETHER, UNSAID, {0}, {1}, MINUTES},
    {"a table, as a plane", TABLE, 1, APART, UNSAID, {0}, {1}, MINUTES},
    {"a table, in planes", TABLE, 2, APART, OPACITY, {0, 255}, {1, 255}, "-"},
    {"one light", LAB, 3, TOGETHER, UNSAID, {128, 112, 96}, {128, 144, 144}, "-"},
};

static gboolean
is_dark(unsigned x, unsigned y)
{
  const unsigned column = x / MODULE - 4, row = y / MODULE - 4;

  return column < 25 && row < 25 && code[row][column] == '#';
}

/* The number of all pixels, or all numbers of each. */
static void
put_numbers(GByteArray *out, size_t i, guint first, guint count)
{
  for (unsigned y = 0; y < SIDE; y++)
    for (unsigned x = 0; x < SIDE; x++)
      g_byte_array_append(out, (is_dark(x, y) ? colours[i].dark : colours[i].light) + first, count);
}

static GByteArray *
coloured_new(size_t i)
{
  const guint numbers = colours[i].numbers, planes = colours[i].planes == APART ? numbers : 1;
  const guint32 size = SIDE * SIDE * (numbers / planes), end = 600 + size * planes;
  const guint after = colours[i].photometric == RGB && numbers == 5 ? 2 : 1;
  const Field fields[] = {{256, 4, 1, SIDE},
                          {257, 4, 1, SIDE},
                          {258, 3, 1, 8},
                          {262, 3, 1, colours[i].photometric},
                          {273, 4, planes, planes == 1 ? 600 : end},
                          {277, 3, 1, numbers},
                          {278, 4, 1, SIDE},
                          {279, 4, planes, planes == 1 ? size : end + 4 * planes},
                          {284, 3, 1, colours[i].planes},
                          {320, 3, 768, end + 8 * planes},
                          {338, 3, after, (guint)colours[i].last << 16 * (after - 1)}};
  GByteArray *out = file_new(fields, G_N_ELEMENTS(fields) - (colours[i].last == UNSAID), 0);

  g_byte_array_set_size(out, 600);
  for (guint plane = 0; plane < planes; plane++)
    put_numbers(out, i, plane, numbers / planes);
  for (guint plane = 0; plane < planes; plane++)
    put(out, 600 + plane * size, 4);
  for (guint plane = 0; plane < planes; plane++)
    put(out, size, 4);
  for (guint n = 0; n < 768; n++) /* black, and white for all others */
    put(out, n % 256 == 0 ? 0 : 65535, 2);
  return out;
}

static void
test_colours(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
    g_autoptr(GByteArray) file = coloured_new(i);
    g_autofree char *got = codes_of(file->data, file->len);

    failed += check(colours[i].label, got, colours[i].want);
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read),        cmocka_unit_test(test_cut),
      cmocka_unit_test(test_directories), cmocka_unit_test(test_shared_strips),
      cmocka_unit_test(test_colours),
  };

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
