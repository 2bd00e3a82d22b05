from rtfm_mmaction.workshop.cli.label_studio import main

if __name__ == '__main__':
    main()
