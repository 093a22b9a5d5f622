import { Button, Menu } from '@mantine/core'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useMutation } from '@tanstack/react-query'
import { type Client, clientOutsideForms } from '../../connection/client.ts'
import { savePaper } from '../../connection/paper.ts'

type What = Parameters<Client['imports']['out']>[0]['what']

/** Exports the list on screen as a file, which « Importer » can read again. */
export const ExportButton = ({ what, label = 'Exporter' }: { what: What; label?: string }) => {
  const out = useMutation({
    mutationFn: async (format: 'xlsx' | 'csv') => savePaper(await clientOutsideForms.imports.out({ format, what })),
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} aria-hidden="true" />} loading={out.isPending}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => out.mutate('xlsx')}>Classeur (XLSX)</Menu.Item>
        <Menu.Item onClick={() => out.mutate('csv')}>Fichier CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
