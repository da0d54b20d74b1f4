import { raw } from 'hono/html'

/** The look of the workspace's plain pages, in the reader's own light or dark. */
export const STYLE = raw(`
:root {
  color-scheme: light dark;
  font: 16px/1.5 system-ui, sans-serif;
  --added: #0a5c39;
  --removed: #a51d2b;
  --part: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --added: #6fdca6;
    --removed: #ff9aa1;
    --part: #8cc0ff;
  }
}
body {
  max-width: 60rem;
  margin: 1.5rem auto;
  padding: 0 1rem;
}
h1 {
  overflow-wrap: anywhere;
}
.note {
  border-left: 4px solid #1d7a4c;
  padding-left: 0.75rem;
}
pre {
  overflow-x: auto;
  padding: 0.75rem;
  border: 1px solid #8886;
  border-radius: 6px;
  font-size: 0.875rem;
}
.said pre {
  white-space: pre-wrap;
}
.added {
  color: var(--added);
}
.removed {
  color: var(--removed);
}
.part {
  color: var(--part);
}
.file {
  font-weight: bold;
}
table {
  border-collapse: collapse;
}
td,
th {
  text-align: left;
  padding: 0.25rem 1rem 0.25rem 0;
  vertical-align: top;
  overflow-wrap: anywhere;
}
th {
  overflow-wrap: normal;
}
form {
  display: grid;
  gap: 0.75rem;
  max-width: 30rem;
  padding: 1rem;
  border: 1px solid #8886;
  border-radius: 6px;
}
form.wide {
  max-width: none;
}
.choice {
  display: inline-block;
  min-height: 1.5rem;
  white-space: nowrap;
}
.buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
.plain {
  margin: 0;
}
form h2 {
  margin: 0;
}
fieldset {
  margin: 0;
  padding: 0;
  border: 0;
}
legend,
label.field {
  font-weight: 600;
}
label.field,
textarea,
select {
  display: block;
  width: 100%;
  font: inherit;
}
textarea,
select,
button {
  box-sizing: border-box;
  padding: 0.375rem 0.5rem;
  font: inherit;
}
button {
  justify-self: start;
  min-height: 2.5rem;
  padding-inline: 1rem;
}
@media (max-width: 600px) {
  h1 {
    font-size: 1.5rem;
  }
  thead {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  tr {
    display: block;
    padding: 0.5rem 0;
    border-bottom: 1px solid #8886;
  }
  td {
    display: grid;
    grid-template-columns: 6rem minmax(0, 1fr);
    padding: 0;
  }
  td::before {
    content: attr(data-column);
    font-weight: 600;
  }
  td:has(> :empty) {
    display: none;
  }
}
`)
