import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import type { InputBlock, Option } from './block-kit.ts'
import { Unknown } from './unknown.tsx'
import { BlockText, withEmoji } from './text.tsx'

interface ModalInputProps {
  block: InputBlock
  value: string | string[]
  error: string | null
  onChange: (value: string | string[]) => void
}

/** An input block: label, control, hint, and its error, linked to it for screen readers. */
export const ModalInput = ({ block, value, error, onChange }: ModalInputProps) => {
  const id = useId()
  const group = block.element.type === 'radio_buttons' || block.element.type === 'checkboxes'
  const label = (
    <>
      {withEmoji(block.label.text)}
      {block.optional && <span class="muted"> (optional)</span>}
    </>
  )
  const described = [block.hint && `${id}-hint`, error !== null && `${id}-error`].filter(Boolean).join(' ')
  const aria = {
    ...(described === '' ? {} : { 'aria-describedby': described }),
    'aria-invalid': error !== null,
    // A group of check boxes cannot be required as a whole (WAI-ARIA 1.2, "aria-required"): it says so when it is sent.
    ...(block.optional || block.element.type === 'checkboxes' ? {} : { 'aria-required': true }),
  }
  const control = <Control id={id} block={block} value={value} aria={aria} onChange={onChange} />
  const notes = (
    <>
      {block.hint && (
        <p id={`${id}-hint`} class="input__hint">
          <BlockText text={block.hint} />
        </p>
      )}
      {error !== null && (
        <p id={`${id}-error`} class="input__error" role="alert">
          <Icon name="warning" size={14} /> {error}
        </p>
      )}
    </>
  )
  return group ? (
    <fieldset
      class={`input ${error === null ? '' : 'input--wrong'}`}
      {...aria}
      {...(block.element.type === 'radio_buttons' ? { role: 'radiogroup' as const } : {})}
    >
      <legend>{label}</legend>
      {control}
      {notes}
    </fieldset>
  ) : (
    <div class={`input ${error === null ? '' : 'input--wrong'}`}>
      <label for={id}>{label}</label>
      {control}
      {notes}
    </div>
  )
}

interface ControlProps extends Omit<ModalInputProps, 'error'> {
  id: string
  aria: Record<string, string | boolean>
}

const Control = ({ id, block, value, aria, onChange }: ControlProps) => {
  const { element } = block
  switch (element.type) {
    case 'plain_text_input':
      return <TextControl id={id} element={element} value={String(value)} aria={aria} onChange={onChange} />
    case 'static_select':
      return (
        <select id={id} value={String(value)} {...aria} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">{withEmoji(element.placeholder?.text ?? 'Choose an option')}</option>
          {element.options.map((option) => (
            <option key={option.value} value={option.value}>
              {withEmoji(option.text.text)}
            </option>
          ))}
        </select>
      )
    case 'datetimepicker':
      return (
        <input
          id={id}
          type="datetime-local"
          value={String(value)}
          {...aria}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )
    case 'radio_buttons':
    case 'checkboxes':
      return <Choices id={id} element={element} value={value} onChange={onChange} />
    case 'unknown':
      return <Unknown name={element.name} />
  }
}

type Element<Type extends InputBlock['element']['type']> = Extract<InputBlock['element'], { type: Type }>

const TextControl = ({
  id,
  element,
  value,
  aria,
  onChange,
}: {
  id: string
  element: Element<'plain_text_input'>
  value: string
  aria: Record<string, string | boolean>
  onChange: (value: string) => void
}) => {
  const left = element.max_length === undefined ? null : element.max_length - value.length
  const shared = {
    id,
    value,
    ...aria,
    ...(element.placeholder ? { placeholder: withEmoji(element.placeholder.text) } : {}),
  }
  const box = useGrowing(value)
  return (
    <>
      {element.multiline ? (
        <textarea ref={box} rows={3} {...shared} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      ) : (
        <input type="text" {...shared} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      )}
      {left !== null && left <= 50 && <span class="input__left">{left}</span>}
    </>
  )
}

/** Makes a text area as tall as its text. */
const useGrowing = (value: string) => {
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (!box.current) return
    box.current.style.height = 'auto'
    box.current.style.height = `${box.current.scrollHeight + 2}px`
  }, [value])
  return box
}

const Choices = ({
  id,
  element,
  value,
  onChange,
}: {
  id: string
  element: { type: 'radio_buttons' | 'static_select' | 'checkboxes'; options: Option[] }
  value: string | string[]
  onChange: (value: string | string[]) => void
}) => {
  const many = element.type === 'checkboxes'
  const chosen = [value].flat()
  const toggle = (option: string) =>
    chosen.includes(option) ? chosen.filter((one) => one !== option) : [...chosen, option]
  return (
    <>
      {element.options.map((option) => (
        <label key={option.value} class="input__choice">
          <input
            type={many ? 'checkbox' : 'radio'}
            name={id}
            checked={chosen.includes(option.value)}
            onChange={() => onChange(many ? toggle(option.value) : option.value)}
          />
          <span>
            <BlockText text={option.text} />
            {option.description && (
              <small class="muted">
                <BlockText text={option.description} />
              </small>
            )}
          </span>
        </label>
      ))}
    </>
  )
}
