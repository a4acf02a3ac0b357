"""How Leeward looks, speaks and behaves in a browser.

Owns: the template engine and its components, the layouts, form fields with their sentences, the error pages, quick
exit, the headers that keep a page safe, and the style sheets and scripts with the build that makes them.

Never: knows a person, a case or an organisation; reads or writes a table; decides who may see something. What a layout
needs to know (who is acting, where they may go) is handed to it on the request by rooms above.
"""
